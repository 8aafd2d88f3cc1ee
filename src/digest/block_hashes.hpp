// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// MD5 and SHA-512 of single blocks, on any CPU: for the ends of streams, where the lanes of
// woven_kernels.hpp have nothing to do.
namespace glimt {

// Members of SHA-512's family begin differently, and show more or less of the end (FIPS
// 180-4, 5.3).
struct sha512_variant {
    std::uint64_t initial[8];
    std::size_t digest_bytes;
};
inline constexpr std::uint32_t md5_initial[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
inline constexpr sha512_variant sha512 = {
    {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
     0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179},
    64};
inline constexpr sha512_variant sha384 = {
    {0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
     0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4},
    48};

// Take the chain of a hash one block further.
void md5_block(std::uint32_t* chain, const std::byte* block);
void sha512_block(std::uint64_t* chain, const std::byte* block);

// End a stream of `bytes` (RFC 1321, 3.1 and 3.2; FIPS 180-4, 5.1.2): `tail` are those of them that
// the chain has not seen, less than 128, and what it has seen are whole blocks.
void md5_end(std::uint32_t* chain, std::span<const std::byte> tail, std::uint64_t bytes);
void sha512_end(std::uint64_t* chain, std::span<const std::byte> tail, std::uint64_t bytes);

}  // namespace glimt
