// SPDX-License-Identifier: Apache-2.0
#include "digest/woven_hasher.hpp"

#include "digest/openssl_hasher.hpp"
#include "support/kernels.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <vector>

using namespace glimt;

namespace {

std::vector<std::byte> random_bytes(std::size_t size, std::mt19937& random) {
    std::vector<std::byte> bytes(size);
    std::ranges::generate(bytes, [&] { return std::byte(random()); });
    return bytes;
}

data_digests reference(std::span<const std::byte> bytes, std::string_view algorithm) {
    openssl_hasher hasher(algorithm);
    hasher.update(bytes);
    return hasher.finish();
}

struct woven_hasher_test : glimt::testing::each_kernel_set {
    std::mt19937 random{19};
};

TEST_P(woven_hasher_test, every_length_is_openssls) {
    const auto bytes = random_bytes(2 * 1024, random);
    for (std::size_t size = 0; size <= bytes.size(); size += size < 400 ? 1 : 37) {
        const auto some = std::span(bytes).first(size);
        woven_hasher hasher(kernels, sha512), shorter(kernels, sha384);
        hasher.update(some);
        shorter.update(some);
        EXPECT_EQ(hasher.finish(), reference(some, "sha512")) << size;
        EXPECT_EQ(shorter.finish(), reference(some, "sha384")) << size;
    }
}

TEST_P(woven_hasher_test, every_split_is_openssls) {
    const auto bytes = random_bytes(300 * 1024 + 77, random);
    const auto expected = reference(bytes, "sha512");
    for (const std::size_t piece_max : {3u, 130u, 1000u, 50'000u, 400'000u}) {
        woven_hasher hasher(kernels, sha512);
        for (std::span<const std::byte> rest(bytes); !rest.empty();) {
            const auto piece = rest.first(std::min(rest.size(), random() % (piece_max + 1)));
            hasher.update(piece);
            rest = rest.subspan(piece.size());
        }
        EXPECT_EQ(hasher.finish(), expected) << piece_max;
    }
}

// A stream that comes, goes and comes again beside others.
struct comer {
    comer(const kernel_set& kernels, std::vector<std::byte> all)
        : bytes(std::move(all)), hasher(kernels, sha512), rest(bytes) {}

    bool comes(std::mt19937& random) {
        if (piece || rest.empty()) return false;
        const auto some = rest.first(std::min<std::size_t>(rest.size(), 1 + random() % 20'000));
        rest = rest.subspan(some.size());
        piece.emplace(hasher, some);
        return true;
    }

    std::vector<std::byte> bytes;
    woven_hasher hasher;
    std::span<const std::byte> rest;
    std::optional<woven_piece> piece;
};

// Any number side by side, which start and end anywhere, in memory at any alignment.
TEST_P(woven_hasher_test, streams_come_and_go_beside_each_other) {
    std::vector<std::unique_ptr<comer>> comers;
    for (int i = 0; i < 24; ++i)
        comers.push_back(
            std::make_unique<comer>(kernels, random_bytes(random() % 200'000, random)));
    std::size_t most = 0;
    for (bool going = true; going;) {
        going = false;
        std::vector<woven_piece*> together;
        for (auto& each : comers) {
            if (together.size() < 11 && random() % 3 > 0) each->comes(random);
            if (each->piece && each->piece->ended()) each->piece.reset();
            if (each->piece) together.push_back(&*each->piece);
            going = going || each->piece || !each->rest.empty();
        }
        most = std::max(most, together.size());
        if (together.empty()) continue;
        std::ranges::shuffle(together, random);
        woven_piece::advance(kernels, together, 128 + random() % 4000);
    }
    EXPECT_GT(most, woven_lanes_max);
    for (auto& each : comers) EXPECT_EQ(each->hasher.finish(), reference(each->bytes, "sha512"));
}

INSTANTIATE_TEST_SUITE_P(kernels, woven_hasher_test, ::testing::Values("avx512", "avx2"),
                         glimt::testing::kernel_set_name);

}  // namespace
