// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/format_finding.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace glimt {

constexpr char ascii_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Finds one phrase, in capitals or not, in a text that comes letter by letter. The phrase is a
// literal in small letters, the first of which is in it only once: so a search never looks back.
class phrase_search {
public:
    explicit constexpr phrase_search(std::string_view phrase) noexcept : phrase_(phrase) {}

    // True at the last letter of the phrase.
    constexpr bool feed(char c) noexcept {
        c = ascii_lower(c);
        matched_ = c == phrase_[matched_] ? matched_ + 1 : c == phrase_[0] ? 1 : 0;
        if (matched_ < phrase_.size()) return false;
        matched_ = 0;
        return true;
    }

private:
    std::string_view phrase_;
    std::size_t matched_ = 0;
};

// The descriptor of a VMDK: lines of text, in capitals or not, to the first NUL,
//
//   # Disk DescriptorFile                comments
//   createType="monolithicSparse"        header fields: one word, =, a value
//   RW 8192 SPARSE "disk.vmdk"           extents: an access mode first
//   ddb.adapterType = "ide"              the disk data base
//
// read one letter at a time, as it may be 1 MiB long. qemu opens the files that a descriptor names,
// so every line must be one of these, and nothing may refer to another file.
class vmdk_descriptor {
public:
    static constexpr std::uint64_t bytes_max = (1 << 20) - 1;  // qemu reads no more
    static constexpr std::string_view type_phrase = "createtype=\"";

    void feed(std::span<const std::byte> bytes) noexcept;

    // monolithicSparse or streamOptimized: the data are in the same file.
    bool holds_its_data() const noexcept;

    // What a descriptor that ends here must be refused for.
    std::optional<safety_violation> violation() const noexcept;

private:
    // What must be known of a line, without the white space around it, once it ends.
    struct line {
        std::array<char, 9> lead{};  // as many of its first letters as the longest word, and one
        std::size_t size = 0;        // of the line up to its last letter that is not white space
        std::size_t white = 0;       // letters of white space since
        bool equals = false;         // has a =
        bool spaced_name = false;    // and a space before the first
        bool slash = false;

        void feed(char c) noexcept;
        bool starts_with(std::string_view text) const noexcept;
        bool is_header_field() const noexcept { return equals && !spaced_name; }
        bool is_extent() const noexcept;
    };

    void feed(char c) noexcept;
    void feed_type(char c) noexcept;
    void end_line() noexcept;

    bool ended_ = false;  // by a NUL
    bool empty_ = true;
    bool ascii_ = true;
    bool unknown_line_ = false;
    bool extent_elsewhere_ = false;
    bool parent_ = false;
    bool in_type_ = false;
    std::uint32_t extent_count_ = 0;
    std::uint32_t type_count_ = 0;
    std::size_t type_size_ = 0;  // of the first type's name, which may be longer than `type_`
    std::array<char, 16> type_{};
    line line_;
    phrase_search type_search_{type_phrase};
    phrase_search parent_search_{"parentfilenamehint"};
};

}  // namespace glimt
