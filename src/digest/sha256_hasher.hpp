// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "digest/hasher.hpp"
#include "digest/sha256_kernel.hpp"

#include <array>
#include <cstdint>

namespace glimt {

// MD5 and SHA-256 of one stream, woven: with SHA-256 in hardware there is nothing to gain by lanes.
class sha256_hasher final : public hasher {
public:
    explicit sha256_hasher(sha256_kernel with) noexcept;

    void update(std::span<const std::byte> bytes) noexcept override;
    data_digests finish() override;

private:
    // The chain when `length`, the stream's end, was hashed after the bytes: each hash writes its
    // own way.
    sha256_chain ended(std::span<const std::byte, 8> length) const;

    sha256_kernel with_;
    sha256_chain chain_;
    std::uint64_t bytes_ = 0;  // so far
    std::array<std::byte, sha256_block_bytes>
        tail_;  // the last bytes_ % sha256_block_bytes of them
};

}  // namespace glimt
