// SPDX-License-Identifier: Apache-2.0
// Any bytes as a chunked body: decoded whole, in pieces or received in several places at once they
// give the same data, end at the same byte, and never more data than bytes.
#include "proto/chunked.hpp"
#include "../support/scattered_decoding.hpp"
#include "require.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <span>
#include <string>

using glimt::testing::require;

namespace {

using glimt::http::chunked_decoder;

struct decoded {
    std::string data;
    std::size_t consumed = 0;
    bool done = false, failed = false;
    bool operator==(const decoded&) const = default;
};

// Decodes `bytes` in pieces of at most `piece_max`.
decoded decode(std::span<const std::byte> bytes, std::size_t piece_max) {
    chunked_decoder decoder;
    decoded result;
    std::minstd_rand random(static_cast<unsigned>(bytes.size()) + 1);
    while (!bytes.empty() && !decoder.done() && !decoder.failed()) {
        const auto piece = bytes.first(std::min(bytes.size(), 1 + random() % piece_max));
        const auto [consumed, data] = decoder.feed(piece);
        require(consumed > 0 && consumed <= piece.size() && data.size() <= consumed);
        result.data.append(reinterpret_cast<const char*>(data.data()), data.size());
        result.consumed += consumed;
        bytes = bytes.subspan(consumed);
    }
    result.done = decoder.done();
    result.failed = decoder.failed();
    return result;
}

decoded decode_into(std::span<const std::byte> bytes, std::size_t room) {
    std::minstd_rand random(static_cast<unsigned>(bytes.size()) + 1);
    auto [data, consumed, copied, done, failed] =
        glimt::http::decode_scattered(bytes, room, [&] { return 1 + random() % (2 * room); });
    return {std::move(data), consumed, done, failed};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    const auto bytewise = decode(bytes, 1);
    require(decode(bytes, 7) == bytewise);
    require(decode(bytes, 100'000) == bytewise);
    require(decode_into(bytes, 5) == bytewise);
    require(decode_into(bytes, 10'000) == bytewise);
    require(!(bytewise.done && bytewise.failed) && bytewise.data.size() <= bytewise.consumed);
    return 0;
}
