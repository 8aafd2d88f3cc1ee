// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace glimt {

// What MD5 and SHA-256 have come to after some whole blocks of a stream.
struct sha256_chain {
    std::uint32_t md5[4];
    std::uint32_t sha256[8];
};

inline constexpr std::size_t sha256_block_bytes = 64;  // of both

// Takes one stream `blocks` blocks further. SHA-256 by the CPU's own instructions (SHA-NI) leaves
// the integer units to MD5, so that both take as long as MD5 alone. Whoever calls it asks the CPU
// before.
using sha256_kernel = void (*)(sha256_chain& chain, const std::byte* stream, std::size_t blocks);
void hash_with_sha_instructions(sha256_chain& chain, const std::byte* stream, std::size_t blocks);

}  // namespace glimt
