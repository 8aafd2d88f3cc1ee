// SPDX-License-Identifier: Apache-2.0
// Any order of streams that come, go and come again beside each other, in pieces of any size: every
// kernel that this CPU can run gives each of them the digests that OpenSSL gives it.
#include "digest/openssl_hasher.hpp"
#include "digest/woven_hasher.hpp"

#include <cstdint>
#include <cstdlib>
#include <deque>
#include <optional>
#include <random>
#include <span>
#include <vector>

namespace {

using namespace glimt;

struct stream {
    explicit stream(const kernel_set& kernels) : ours(kernels, sha512) {}

    void take(std::size_t size, std::minstd_rand& random) {
        memory.resize(size);
        memory.shrink_to_fit();  // so that the sanitizer sees a read past its end
        for (std::byte& each : memory) each = std::byte(random());
        theirs.update(memory);
        piece.emplace(ours, memory);
    }

    woven_hasher ours;
    openssl_hasher theirs{"sha512"};
    std::vector<std::byte> memory;
    std::optional<woven_piece> piece;
};

class streams {
public:
    explicit streams(const kernel_set& kernels) : kernels_(kernels) {
        for (int i = 0; i < 12; ++i) all_.emplace_back(kernels);
    }

    // A script of two bytes a line: who comes, and with how much.
    void play(std::span<const std::uint8_t> script) {
        for (; script.size() >= 2; script = script.subspan(2)) {
            stream& comes = all_[script[0] % all_.size()];
            while (comes.piece && !comes.piece->ended()) advance();
            constexpr std::size_t exact = 200, step = 300;
            const std::size_t size = script[1] < exact ? script[1] : (script[1] - exact + 1) * step;
            comes.take(size, random_);
            if (script[0] & 0x10) advance();
        }
        while (advance()) continue;
        for (stream& each : all_)
            if (each.ours.finish() != each.theirs.finish()) std::abort();
    }

private:
    bool advance() {
        std::vector<woven_piece*> going;
        for (stream& each : all_)
            if (each.piece && !each.piece->ended()) going.push_back(&*each.piece);
        if (!going.empty()) woven_piece::advance(kernels_, going, 128 + random_() % 4096);
        return !going.empty();
    }

    const kernel_set& kernels_;
    std::deque<stream> all_;
    std::minstd_rand random_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (const auto* name : {"avx512", "avx2"})
        if (const auto kernels = find_kernels(name)) streams(*kernels).play({data, size});
    return 0;
}
