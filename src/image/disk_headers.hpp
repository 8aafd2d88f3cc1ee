// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/format_finding.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace glimt {

// The formats that are known by a few bytes at a fixed place. Each function says whether the data
// are of its format and, when they are, what is to be said of them. What is looked at, and what is
// refused, is what oslo.utils' format_inspector does (the one of Glance 33); contract 1.15.

// What these need of the first bytes; `head` is as much of it as there is.
constexpr std::size_t disk_head_bytes = 592;

// 0 "QFI\xfb", 4 version, 8 where the name of the backing file is, 24 virtual size, 72
// incompatible features; all big-endian. Safe: version 2 or 3, no backing file, no external data
// file, no feature that is not known.
std::optional<format_finding> find_qcow2(std::span<const std::byte> head) noexcept;

// "QED\0". Never safe: nothing in OpenStack can check one.
std::optional<format_finding> find_qed(std::span<const std::byte> head) noexcept;

// 0 "conectix", 40 virtual size, big-endian: the copy of the footer that only a dynamic disk begins
// with. A fixed one is its bytes and a footer, and so is raw, as in Glance.
std::optional<format_finding> find_vhd(std::span<const std::byte> head) noexcept;

// 64 0xbeda107f, 368 virtual size, little-endian.
std::optional<format_finding> find_vdi(std::span<const std::byte> head) noexcept;

// 510 55 AA, unless it is the boot sector of a FAT file system; four partitions of 16 bytes from
// 446. The check "mbr": the flags are boot flags, at least one partition, and if one is protective
// (0xee) then it is the only one, the first, and begins where it must. `bytes` is how many there
// are in all, which is the virtual size.
std::optional<format_finding> find_gpt(std::span<const std::byte> head,
                                       std::uint64_t bytes) noexcept;

// 0 "LUKS\xba\xbe", 6 version, 104 sector at which the payload begins, big-endian. Safe: version 1.
// `bytes` is how many there are in all: the virtual size is what follows the header.
std::optional<format_finding> find_luks(std::span<const std::byte> head,
                                        std::uint64_t bytes) noexcept;

// ISO 9660 and UDF: the volume descriptor is the 2048 bytes after the 32 KiB of system area.
constexpr std::uint64_t iso_descriptor_at = 32 * 1024;
constexpr std::uint64_t iso_descriptor_end = iso_descriptor_at + 2048;
constexpr std::size_t iso_descriptor_bytes = 132;  // what is needed of it

// 0 type, 1 "CD001" or "NSR02" or "NSR03", 80 blocks, 128 bytes of a block, little-endian; only a
// primary descriptor, type 1, says a size. `bytes` is how many there are in all.
std::optional<format_finding> find_iso(std::span<const std::byte> descriptor,
                                       std::uint64_t bytes) noexcept;

}  // namespace glimt
