// SPDX-License-Identifier: Apache-2.0
#include "image/vhdx_reader.hpp"

#include "image/byte_order.hpp"
#include "image/stream_window.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

namespace glimt {

namespace {

constexpr std::size_t entry_bytes = 32;
constexpr std::uint32_t entries_max = 2047;
constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

// GUIDs as they are in the file: 8B7CA206-4790-4B9A-B8FE-575F050F886E and
// 2FA54224-CD1B-4876-B211-5DBED83BF4B8.
constexpr std::string_view metadata_region =
    "\x06\xa2\x7c\x8b\x90\x47\x9a\x4b\xb8\xfe\x57\x5f\x05\x0f\x88\x6e";
constexpr std::string_view virtual_disk_size =
    "\x24\x42\xa5\x2f\x1b\xcd\x76\x48\xb2\x11\x5d\xbe\xd8\x3b\xf4\xb8";

}  // namespace

void vhdx_reader::feed(std::uint64_t at, std::span<const std::byte> bytes) noexcept {
    while (awaited_.read) {
        const auto begin = awaited_.begin + record_size_;
        const auto part = part_within(begin, range_end(awaited_.begin, awaited_.size), at, bytes);
        if (part.empty()) return;
        std::ranges::copy(part, record_.begin() + static_cast<std::ptrdiff_t>(record_size_));
        record_size_ += part.size();
        if (record_size_ < awaited_.size) return;
        record_size_ = 0;
        (this->*awaited_.read)();
    }
}

format_finding vhdx_reader::finding(std::uint64_t bytes) const noexcept {
    auto found = found_;
    found.complete = bytes >= needed_;
    return found;
}

// A table without what is looked for is as complete as one with it.
void vhdx_reader::await_nothing(std::uint64_t needed) noexcept {
    awaited_ = {};
    needed_ = needed;
}

void vhdx_reader::read_region_header() noexcept {
    const auto count = little_endian<std::uint32_t>(record_, 8);
    if (!has_text_at(record_, 0, "regi") || count == 0 || count > entries_max) {
        return await_nothing(needed_);
    }
    entries_left_ = count;
    awaited_ = {&vhdx_reader::read_region_entry, awaited_.begin + awaited_.size, entry_bytes};
}

void vhdx_reader::read_region_entry() noexcept {
    if (has_text_at(record_, 0, metadata_region)) {
        metadata_at_ = little_endian<std::uint64_t>(record_, 16);
        if (metadata_at_ < needed_) return await_nothing(never);
        awaited_ = {&vhdx_reader::read_metadata_header, metadata_at_, entry_bytes};
        needed_ = range_end(metadata_at_, entry_bytes);
        return;
    }
    if (--entries_left_ == 0) return await_nothing(needed_);
    awaited_.begin += entry_bytes;
}

void vhdx_reader::read_metadata_header() noexcept {
    if (!has_text_at(record_, 0, "metadata")) return await_nothing(never);
    const auto table_end = range_end(metadata_at_, table_bytes);
    entries_left_ = little_endian<std::uint16_t>(record_, 10);
    if (entries_left_ == 0 || entries_left_ > entries_max) return await_nothing(table_end);
    metadata_entries_end_ = range_end(metadata_at_, (1 + entries_left_) * entry_bytes);
    needed_ = table_end;
    awaited_ = {&vhdx_reader::read_metadata_entry, awaited_.begin + entry_bytes, entry_bytes};
}

void vhdx_reader::read_metadata_entry() noexcept {
    if (has_text_at(record_, 0, virtual_disk_size)) return find_disk_size();
    if (--entries_left_ == 0) return await_nothing(needed_);
    awaited_.begin += entry_bytes;
}

void vhdx_reader::find_disk_size() noexcept {
    constexpr std::uint64_t size_bytes = sizeof(std::uint64_t);
    const auto begin = range_end(metadata_at_, little_endian<std::uint32_t>(record_, 16));
    const auto size =
        std::min<std::uint64_t>(little_endian<std::uint32_t>(record_, 20), table_bytes);
    if (begin < metadata_entries_end_) return await_nothing(never);
    if (size != size_bytes) {
        found_.virtual_size_valid = false;
        return await_nothing(range_end(begin, size));
    }
    needed_ = range_end(begin, size);
    awaited_ = {&vhdx_reader::read_disk_size, begin, size_bytes};
}

void vhdx_reader::read_disk_size() noexcept {
    found_.say_virtual_size(little_endian<std::uint64_t>(record_, 0));
    await_nothing(needed_);
}

}  // namespace glimt
