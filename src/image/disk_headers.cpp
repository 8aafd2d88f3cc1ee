// SPDX-License-Identifier: Apache-2.0
#include "image/disk_headers.hpp"

#include "image/byte_order.hpp"

namespace glimt {

namespace {

constexpr std::size_t sector_bytes = 512;

std::optional<safety_violation> check_qcow2(std::span<const std::byte> head) noexcept {
    constexpr std::uint64_t external_data_file = 1u << 2;
    constexpr std::uint64_t known = 0xf;  // dirty, corrupt, external data file, compression type
    if (big_endian<std::uint64_t>(head, 8) != 0) {
        return safety_violation{"backing_file", "Image has a backing file"};
    }
    const auto features = big_endian<std::uint64_t>(head, 72);
    if ((features & external_data_file) != 0) {
        return safety_violation{"data_file", "Image has data_file set"};
    }
    const auto version = big_endian<std::uint32_t>(head, 4);
    if (version == 2) return std::nullopt;  // it has no features
    if (version != 3) return safety_violation{"unknown_features", "Unsupported qcow2 version"};
    if ((features & ~known) != 0) {
        return safety_violation{"unknown_features", "Unknown QCOW2 features found"};
    }
    return std::nullopt;
}

std::optional<safety_violation> check_mbr(std::span<const std::byte> head) noexcept {
    constexpr auto violation = [](std::string_view why) { return safety_violation{"mbr", why}; };
    constexpr std::size_t partitions = 4, partition_bytes = 16, table_at = 446;
    constexpr std::byte active{0x80}, protective{0xee};
    std::size_t used = 0;
    bool first_used = false, is_gpt = false;
    for (std::size_t i = 0; i < partitions; ++i) {
        const auto entry = head.subspan(table_at + i * partition_bytes, partition_bytes);
        if (entry[0] != std::byte{} && entry[0] != active) {
            return violation("MBR PTE has invalid boot flag");
        }
        const auto type = entry[4];
        if (type == std::byte{}) continue;
        ++used;
        first_used = first_used || i == 0;
        if (type != protective) continue;
        is_gpt = true;
        if (!has_text_at(entry, 1, std::string_view("\0\2\0", 3))) {
            return violation("GPT MBR has invalid start CHS");
        }
        if (little_endian<std::uint32_t>(entry, 8) != 1) {
            return violation("GPT MBR has invalid start LBA");
        }
    }
    if (is_gpt && !(used == 1 && first_used)) {
        return violation("GPT MBR defines invalid extra partitions");
    }
    if (used == 0) return violation("GPT MBR has no partitions defined");
    return std::nullopt;
}

// Its signature is in the same place as that of a partition table.
bool is_fat_boot_sector(std::span<const std::byte> head) noexcept {
    constexpr std::byte two_copies{2}, fixed_disk{0xf8};
    return head[0x10] == two_copies && head[0x15] == fixed_disk;
}

}  // namespace

std::optional<format_finding> find_qcow2(std::span<const std::byte> head) noexcept {
    if (head.size() < sector_bytes || !has_text_at(head, 0, "QFI\xfb")) return std::nullopt;
    format_finding found{.format = data_format::qcow2, .violation = check_qcow2(head)};
    found.say_virtual_size(big_endian<std::uint64_t>(head, 24));
    return found;
}

std::optional<format_finding> find_qed(std::span<const std::byte> head) noexcept {
    if (head.size() < sector_bytes || !has_text_at(head, 0, std::string_view("QED\0", 4))) {
        return std::nullopt;
    }
    return format_finding{
        .format = data_format::qed,
        .violation = safety_violation{"banned", "This file format is not allowed"}};
}

std::optional<format_finding> find_vhd(std::span<const std::byte> head) noexcept {
    if (!has_text_at(head, 0, "conectix")) return std::nullopt;
    format_finding found{.format = data_format::vhd, .complete = head.size() >= sector_bytes};
    if (found.complete) found.say_virtual_size(big_endian<std::uint64_t>(head, 40));
    return found;
}

std::optional<format_finding> find_vdi(std::span<const std::byte> head) noexcept {
    constexpr std::uint32_t signature = 0xbeda107f;
    if (head.size() < sector_bytes || little_endian<std::uint32_t>(head, 0x40) != signature) {
        return std::nullopt;
    }
    format_finding found{.format = data_format::vdi};
    found.say_virtual_size(little_endian<std::uint64_t>(head, 0x170));
    return found;
}

std::optional<format_finding> find_gpt(std::span<const std::byte> head,
                                       std::uint64_t bytes) noexcept {
    if (head.size() < sector_bytes || !has_text_at(head, 510, "\x55\xaa") ||
        is_fat_boot_sector(head)) {
        return std::nullopt;
    }
    format_finding found{.format = data_format::gpt, .violation = check_mbr(head)};
    found.say_virtual_size(bytes);
    return found;
}

std::optional<format_finding> find_luks(std::span<const std::byte> head,
                                        std::uint64_t bytes) noexcept {
    if (!has_text_at(head, 0, "LUKS\xba\xbe")) return std::nullopt;
    format_finding found{.format = data_format::luks};
    if (head.size() < disk_head_bytes) {
        found.complete = false;
        return found;
    }
    if (big_endian<std::uint16_t>(head, 6) != 1) {
        found.violation = safety_violation{"version", "LUKS version is not supported"};
    }
    const auto payload_at = big_endian<std::uint32_t>(head, 104) * std::uint64_t{sector_bytes};
    if (payload_at < bytes) found.say_virtual_size(bytes - payload_at);
    return found;
}

std::optional<format_finding> find_iso(std::span<const std::byte> descriptor,
                                       std::uint64_t bytes) noexcept {
    constexpr std::byte primary{1};
    if (bytes < iso_descriptor_end || descriptor.size() < iso_descriptor_bytes) {
        return std::nullopt;
    }
    if (!has_text_at(descriptor, 1, "CD001") && !has_text_at(descriptor, 1, "NSR02") &&
        !has_text_at(descriptor, 1, "NSR03")) {
        return std::nullopt;
    }
    format_finding found{.format = data_format::iso};
    if (descriptor[0] != primary) return found;
    const std::uint64_t blocks = little_endian<std::uint32_t>(descriptor, 80);
    found.say_virtual_size(blocks * little_endian<std::uint16_t>(descriptor, 128));
    return found;
}

}  // namespace glimt
