// SPDX-License-Identifier: Apache-2.0
#include "digest/sha256_hasher.hpp"

#include <algorithm>

namespace glimt {

sha256_hasher::sha256_hasher(sha256_kernel with) noexcept
    : with_(with),
      chain_{{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476},
             {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
              0x5be0cd19}} {}

void sha256_hasher::update(std::span<const std::byte> bytes) noexcept {
    const std::size_t begun = bytes_ % sha256_block_bytes;
    bytes_ += bytes.size();
    if (begun > 0) {
        const auto rest = bytes.first(std::min(bytes.size(), sha256_block_bytes - begun));
        std::ranges::copy(rest, tail_.begin() + static_cast<std::ptrdiff_t>(begun));
        if (begun + rest.size() < sha256_block_bytes) return;
        with_(chain_, tail_.data(), 1);
        bytes = bytes.subspan(rest.size());
    }
    const std::size_t blocks = bytes.size() / sha256_block_bytes;
    with_(chain_, bytes.data(), blocks);
    std::ranges::copy(bytes.subspan(blocks * sha256_block_bytes), tail_.begin());
}

sha256_chain sha256_hasher::ended(std::span<const std::byte, 8> length) const {
    std::array<std::byte, 2 * sha256_block_bytes> last{};
    const std::size_t size = bytes_ % sha256_block_bytes;
    std::ranges::copy(std::span(tail_).first(size), last.begin());
    last[size] = std::byte(0x80);
    const std::size_t blocks = size + 1 + length.size() <= sha256_block_bytes ? 1 : 2;
    std::ranges::copy(length, last.begin() + static_cast<std::ptrdiff_t>(
                                                 blocks * sha256_block_bytes - length.size()));
    sha256_chain chain = chain_;
    with_(chain, last.data(), blocks);
    return chain;
}

data_digests sha256_hasher::finish() {
    std::array<std::byte, 8> length;
    for (std::size_t i = 0; i < length.size(); ++i) length[i] = std::byte(bytes_ * 8 >> 8 * i);
    const sha256_chain little_endian = ended(length);
    std::ranges::reverse(length);
    sha256_chain big_endian = ended(length);
    for (std::uint32_t& word : big_endian.sha256) word = __builtin_bswap32(word);
    return {.checksum = hexadecimal(std::as_bytes(std::span(little_endian.md5))),
            .os_hash_value = hexadecimal(std::as_bytes(std::span(big_endian.sha256)))};
}

}  // namespace glimt
