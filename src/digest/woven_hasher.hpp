// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "digest/block_hashes.hpp"
#include "digest/hasher.hpp"
#include "digest/kernel_choice.hpp"

#include <array>
#include <cstdint>

namespace glimt {

// MD5 and a member of SHA-512's family, by our own kernels: alone, or side by side with others.
class woven_hasher final : public hasher {
public:
    woven_hasher(kernel_set with, const sha512_variant& variant);

    void update(std::span<const std::byte> bytes) noexcept override;
    data_digests finish() override;
    woven_hasher* woven() noexcept override { return this; }

private:
    friend class woven_piece;

    kernel_set with_;
    std::size_t sha512_digest_bytes_;
    woven_chain chain_;
    std::uint64_t bytes_ = 0;                        // so far
    std::array<std::byte, woven_block_bytes> tail_;  // the last bytes_ % woven_block_bytes of them
};

// The next bytes of a stream on their way through the kernels. They stay as they are until it ends.
class woven_piece {
public:
    woven_piece(woven_hasher& of, std::span<const std::byte> bytes) noexcept;

    bool ended() const noexcept { return bytes_.empty(); }

    // What is left; a new piece may go on with it.
    std::span<const std::byte> rest() const noexcept { return bytes_; }

    // Takes all pieces, none of them ended and no two of one stream, further by the same number of
    // bytes: by `bytes_max` (at least a block), or as far as the shortest goes.
    static void advance(const kernel_set& with, std::span<woven_piece* const> pieces,
                        std::size_t bytes_max) noexcept;

private:
    void keep_tail() noexcept;

    woven_hasher* of_;
    std::span<const std::byte> bytes_;  // a block or more, or none
};

}  // namespace glimt
