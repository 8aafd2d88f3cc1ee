// SPDX-License-Identifier: Apache-2.0
// The old functions of OpenSSL have their state in the open: the length can be set to what no test
// can hash.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "digest/block_hashes.hpp"

#include <openssl/md5.h>
#include <openssl/sha.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

using namespace glimt;

namespace {

// Whole blocks of 128 bytes that a stream may have behind it.
const std::uint64_t lengths_before[] = {0,          128,        (1ull << 29) - 128,
                                        1ull << 32, 1ull << 61, (1ull << 61) + (1ull << 32) - 128};

std::vector<std::byte> tail_of(std::size_t size) {
    std::vector<std::byte> tail(size);
    for (std::size_t i = 0; i < size; ++i) tail[i] = std::byte(i * 37 + 5);
    return tail;
}

TEST(block_hashes, md5_ends_like_openssls_at_any_length) {
    for (const std::uint64_t before : lengths_before) {
        for (std::size_t size = 0; size < 128; ++size) {
            const auto tail = tail_of(size);
            MD5_CTX reference;
            MD5_Init(&reference);
            std::uint32_t chain[] = {reference.A, reference.B, reference.C, reference.D};
            reference.Nl = static_cast<MD5_LONG>(before * 8);
            reference.Nh = static_cast<MD5_LONG>(before >> 29);
            MD5_Update(&reference, tail.data(), size);
            std::array<unsigned char, MD5_DIGEST_LENGTH> expected;
            MD5_Final(expected.data(), &reference);
            md5_end(chain, tail, before + size);
            EXPECT_EQ(std::memcmp(chain, expected.data(), expected.size()), 0)
                << before << " and " << size;
        }
    }
}

TEST(block_hashes, sha512_ends_like_openssls_at_any_length) {
    for (const std::uint64_t before : lengths_before) {
        for (std::size_t size = 0; size < 128; ++size) {
            const auto tail = tail_of(size);
            SHA512_CTX reference;
            SHA512_Init(&reference);
            std::array<std::uint64_t, 8> chain;
            std::ranges::copy(reference.h, chain.begin());
            reference.Nl = before * 8;
            reference.Nh = before >> 61;
            SHA512_Update(&reference, tail.data(), size);
            std::array<unsigned char, SHA512_DIGEST_LENGTH> expected;
            SHA512_Final(expected.data(), &reference);
            sha512_end(chain.data(), tail, before + size);
            for (std::uint64_t& each : chain) each = __builtin_bswap64(each);
            EXPECT_EQ(std::memcmp(chain.data(), expected.data(), expected.size()), 0)
                << before << " and " << size;
        }
    }
}

}  // namespace
