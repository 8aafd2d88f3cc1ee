// SPDX-License-Identifier: Apache-2.0
#include "image/vmdk_reader.hpp"

#include "image/byte_order.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

namespace glimt {

namespace {

constexpr std::uint64_t sector_bytes = 512;
constexpr std::uint64_t descriptor_at = sector_bytes;
constexpr std::uint64_t in_footer = std::numeric_limits<std::uint64_t>::max();

// What of a sparse header must be right, and the same in a footer.
struct sparse_header {
    std::uint32_t version;
    std::uint64_t sectors;
    std::uint64_t descriptor_sector;
    std::uint64_t descriptor_sectors;
    std::uint64_t grain_directory;
};

bool is_sparse(std::span<const std::byte> header) noexcept {
    return has_text_at(header, 0, "KDMV");
}

sparse_header read_header(std::span<const std::byte> header) noexcept {
    return {.version = little_endian<std::uint32_t>(header, 4),
            .sectors = little_endian<std::uint64_t>(header, 12),
            .descriptor_sector = little_endian<std::uint64_t>(header, 28),
            .descriptor_sectors = little_endian<std::uint64_t>(header, 36),
            .grain_directory = little_endian<std::uint64_t>(header, 56)};
}

bool is_text(std::span<const std::byte> bytes) noexcept {
    return std::ranges::all_of(bytes, [](std::byte byte) {
        const auto c = std::to_integer<unsigned>(byte);
        return (c >= ' ' && c <= '~') || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
    });
}

// A marker: 8 what it is about, 8 size of what follows (4) and kind (4), the rest of a sector zero.
bool is_marker(std::span<const std::byte> sector, std::uint32_t kind) noexcept {
    const auto is_zero = [](std::byte byte) { return byte == std::byte{}; };
    return little_endian<std::uint32_t>(sector, 8) == 0 &&
           little_endian<std::uint32_t>(sector, 12) == kind &&
           std::ranges::all_of(sector.subspan(16), is_zero);
}

std::optional<safety_violation> check_footer(std::span<const std::byte> head,
                                             std::span<const std::byte> tail) noexcept {
    constexpr auto violation = [](std::string_view why) { return safety_violation{"footer", why}; };
    constexpr std::uint32_t end_of_stream = 0, footer_follows = 3;
    const auto first = tail.first(sector_bytes), footer = tail.subspan(sector_bytes, sector_bytes),
               last = tail.last(sector_bytes);
    const auto above = read_header(head), below = read_header(footer);
    if (!is_sparse(footer)) return violation("Header and footer signature do not match");
    if (above.version != below.version) {
        return violation("Header and footer versions do not match");
    }
    if (above.descriptor_sector != below.descriptor_sector ||
        above.descriptor_sectors != below.descriptor_sectors) {
        return violation("Footer specifies a different descriptor than header");
    }
    if (below.grain_directory == in_footer) return violation("Footer indicates another footer");
    if (!is_marker(first, footer_follows)) return violation("Footer marker is invalid");
    if (little_endian<std::uint64_t>(last, 0) != 0 || !is_marker(last, end_of_stream)) {
        return violation("End-of-stream marker is invalid");
    }
    return std::nullopt;
}

}  // namespace

void vmdk_reader::feed(std::uint64_t at, std::span<const std::byte> bytes,
                       std::span<const std::byte> head) noexcept {
    if (kind_ == kind::not_known_yet && head.size() >= header_bytes) decide(head);
    if (kind_ == kind::text) {
        search_type(part_within(header_bytes, vmdk_descriptor::bytes_max, at, bytes));
    } else if (kind_ == kind::sparse) {
        descriptor_.feed(part_within(descriptor_at, descriptor_end_, at, bytes));
        if (has_footer_) tail_.feed(bytes);
    }
}

void vmdk_reader::decide(std::span<const std::byte> head) noexcept {
    if (is_sparse(head)) {
        decide_sparse(head);
    } else if (is_text(head.first(header_bytes))) {
        kind_ = kind::text;
        search_type(head.first(header_bytes));
    } else {
        kind_ = kind::none;
    }
}

void vmdk_reader::decide_sparse(std::span<const std::byte> head) noexcept {
    constexpr auto sectors_max = 1 + vmdk_descriptor::bytes_max / sector_bytes;
    const auto header = read_header(head);
    if (header.version < 1 || header.version > 3 || header.descriptor_sector != 1) {
        kind_ = kind::broken_sparse;
        return;
    }
    kind_ = kind::sparse;
    has_footer_ = header.grain_directory == in_footer;
    const auto size = std::min(header.descriptor_sectors, sectors_max) * sector_bytes;
    descriptor_end_ = descriptor_at + std::min(size, vmdk_descriptor::bytes_max);
}

// qemu reads a descriptor to its first NUL.
void vmdk_reader::search_type(std::span<const std::byte> text) noexcept {
    for (const auto byte : text) {
        if (type_search_.feed(static_cast<char>(byte))) {
            kind_ = kind::descriptor_file;
            return;
        }
        if (byte == std::byte{}) {
            kind_ = kind::none;
            return;
        }
    }
}

std::optional<format_finding> vmdk_reader::finding(std::uint64_t bytes,
                                                   std::span<const std::byte> head) const noexcept {
    format_finding found{.format = data_format::vmdk};
    if (kind_ == kind::sparse) {
        constexpr auto sectors_max = std::numeric_limits<std::uint64_t>::max() / sector_bytes;
        const auto sectors = read_header(head).sectors;
        found.complete = bytes >= descriptor_end_ && (!has_footer_ || tail_.complete());
        if (descriptor_.holds_its_data()) {
            found.say_virtual_size(sectors > sectors_max ? in_footer : sectors * sector_bytes);
        }
        if (found.complete) found.violation = violation(head);
        return found;
    }
    if (kind_ == kind::broken_sparse) {
        found.violation = safety_violation{"descriptor", "No descriptor found"};
        return found;
    }
    if (kind_ == kind::descriptor_file) {
        found.violation = safety_violation{"descriptor", "Unsupported subformat"};
        return found;
    }
    return std::nullopt;
}

std::optional<safety_violation> vmdk_reader::violation(
    std::span<const std::byte> head) const noexcept {
    if (const auto in_descriptor = descriptor_.violation()) return in_descriptor;
    return has_footer_ ? check_footer(head, tail_.bytes()) : std::nullopt;
}

}  // namespace glimt
