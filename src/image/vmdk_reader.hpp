// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/format_finding.hpp"
#include "image/stream_window.hpp"
#include "image/vmdk_descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace glimt {

// Recognises and checks a VMDK, which is one of two things:
//
// a sparse extent, little-endian: 0 "KDMV", 4 version, 12 sectors of the disk, 28 and 36 sector and
// sectors of the descriptor, 56 sector of the grain directory. The descriptor follows the header at
// 512. Is the grain directory said to be at 2^64 - 1 (streamOptimized), then the header is repeated
// in a footer that counts instead; as nobody can wait for it, it must say the same. The last 1536
// bytes are: a marker, the footer, and a marker for the end.
//
// or a text: a descriptor that says which other files the disk is in. That is never safe, so all
// there is to find out of it is that it has a type.
class vmdk_reader {
public:
    static constexpr std::size_t header_bytes = 64;  // what is needed of it

    // `at` is the offset of the first of `bytes`, `head` what the stream began with: header_bytes
    // or more as soon as there are so many.
    void feed(std::uint64_t at, std::span<const std::byte> bytes,
              std::span<const std::byte> head) noexcept;

    // Nothing for data that are no VMDK. `bytes` is how many there are in all.
    std::optional<format_finding> finding(std::uint64_t bytes,
                                          std::span<const std::byte> head) const noexcept;

private:
    enum class kind : std::uint8_t {
        not_known_yet,
        none,
        text,
        descriptor_file,  // a text that has a type
        sparse,
        broken_sparse,
    };

    void decide(std::span<const std::byte> head) noexcept;
    void decide_sparse(std::span<const std::byte> head) noexcept;
    void search_type(std::span<const std::byte> text) noexcept;
    std::optional<safety_violation> violation(std::span<const std::byte> head) const noexcept;

    kind kind_ = kind::not_known_yet;
    bool has_footer_ = false;
    std::uint64_t descriptor_end_ = 0;
    vmdk_descriptor descriptor_;
    phrase_search type_search_{vmdk_descriptor::type_phrase};
    captured_tail<1536> tail_;
};

}  // namespace glimt
