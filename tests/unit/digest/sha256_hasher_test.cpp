// SPDX-License-Identifier: Apache-2.0
#include "digest/sha256_hasher.hpp"

#include "digest/kernel_choice.hpp"
#include "digest/openssl_hasher.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace glimt;

namespace {

struct sha256_hasher_test : ::testing::Test {
    void SetUp() override {
        if (!best_kernels().sha256) GTEST_SKIP() << "this CPU has no SHA-NI";
        for (std::byte& each : bytes) each = std::byte(random());
    }

    data_digests in_pieces(std::span<const std::byte> rest, std::size_t piece_max) {
        sha256_hasher hasher(best_kernels().sha256);
        while (!rest.empty()) {
            const std::size_t size = std::min(rest.size(), random() % (piece_max + 1));
            const std::vector<std::byte> piece(rest.begin(),
                                               rest.begin() + static_cast<std::ptrdiff_t>(size));
            hasher.update(piece);
            rest = rest.subspan(size);
        }
        return hasher.finish();
    }

    static data_digests reference(std::span<const std::byte> of) {
        openssl_hasher hasher("sha256");
        hasher.update(of);
        return hasher.finish();
    }

    std::mt19937 random{23};
    std::vector<std::byte> bytes = std::vector<std::byte>(200'000);
};

TEST_F(sha256_hasher_test, every_length_is_openssls) {
    for (std::size_t size = 0; size < 400; ++size) {
        const auto some = std::span(bytes).first(size);
        EXPECT_EQ(in_pieces(some, 400), reference(some)) << size;
    }
}

TEST_F(sha256_hasher_test, every_split_is_openssls) {
    const auto expected = reference(bytes);
    for (const std::size_t piece_max : {3u, 64u, 130u, 5000u, 300'000u})
        EXPECT_EQ(in_pieces(bytes, piece_max), expected) << piece_max;
}

}  // namespace
