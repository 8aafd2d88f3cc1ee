// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/format_finding.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace glimt {

// Finds the virtual size in a VHDX, which says only where to look for it (MS-VHDX 2.2.3, 2.6):
//
//   192 KiB  region table, 64 KiB    16 bytes: "regi", 8 count; then entries of 32 bytes:
//                                    a GUID, 16 where the region begins (8 bytes)
//   there    metadata table, 64 KiB  32 bytes: "metadata", 10 count (2 bytes); entries of 32 bytes:
//                                    a GUID, 16 where the item is in the region, 20 its size
//   there    virtual disk size       8 bytes
//
// All little-endian. Tables are read one entry at a time, so 32 bytes are all that is ever kept.
// The stream is seen once: what a table refers to must lie behind it, which qemu and Hyper-V see to
// and Glance needs too. What does not is never found.
class vhdx_reader {
public:
    // For data that begin with "vhdxfile" only; `at` is the offset of the first of `bytes`.
    void feed(std::uint64_t at, std::span<const std::byte> bytes) noexcept;

    // What is to be said of a VHDX of that many bytes. It has no safety checks.
    format_finding finding(std::uint64_t bytes) const noexcept;

private:
    // The next few bytes to wait for, and what they are.
    struct awaited_record {
        void (vhdx_reader::*read)() noexcept;
        std::uint64_t begin;
        std::size_t size;
    };

    void read_region_header() noexcept;
    void read_region_entry() noexcept;
    void read_metadata_header() noexcept;
    void read_metadata_entry() noexcept;
    void find_disk_size() noexcept;
    void read_disk_size() noexcept;
    void await_nothing(std::uint64_t needed) noexcept;

    static constexpr std::uint64_t region_table_at = 192 * 1024;
    static constexpr std::uint64_t table_bytes = 64 * 1024;

    awaited_record awaited_{&vhdx_reader::read_region_header, region_table_at, 16};
    std::array<std::byte, 32> record_;
    std::size_t record_size_ = 0;
    std::uint32_t entries_left_ = 0;
    std::uint64_t needed_ = region_table_at + table_bytes;  // a shorter stream is not complete
    std::uint64_t metadata_at_ = 0;
    std::uint64_t metadata_entries_end_ = 0;
    format_finding found_{.format = data_format::vhdx};
};

}  // namespace glimt
