// SPDX-License-Identifier: Apache-2.0
#include "image/disk_headers.hpp"

#include "unit/image/disk_images.hpp"
#include "unit/image/inspected.hpp"

namespace {

using namespace glimt;
using namespace glimt::test;
using enum data_format;

constexpr auto u64_max = ~std::uint64_t{0};

format_finding raw_of(const disk_image& image) { return {.virtual_size = image.bytes().size()}; }

TEST(disk_headers, qcow2) {
    const auto unsafe = [](std::string_view check, std::string_view why) {
        return format_finding{.format = qcow2,
                              .virtual_size = 10 * mebibyte,
                              .violation = safety_violation{check, why}};
    };
    const format_finding safe{.format = qcow2, .virtual_size = 10 * mebibyte};
    const auto unknown = unsafe("unknown_features", "Unknown QCOW2 features found");
    const auto with_features = [](std::uint64_t features) {
        return qcow2_image().big(72, features).bytes();
    };
    const finding_case cases[] = {
        {"version 3", qcow2_image().bytes(), safe},
        {"version 2 has no features", qcow2_image().big(4, 2u).big(72, u64_max << 4).bytes(), safe},
        {"dirty, corrupt, compression type", with_features(0b1011), safe},
        {"version 1", qcow2_image().big(4, 1u).bytes(),
         unsafe("unknown_features", "Unsupported qcow2 version")},
        {"version 4", qcow2_image().big(4, 4u).bytes(),
         unsafe("unknown_features", "Unsupported qcow2 version")},
        {"a backing file", qcow2_image().big(8, std::uint64_t{512}).bytes(),
         unsafe("backing_file", "Image has a backing file")},
        {"a backing file beyond all", qcow2_image().big(8, u64_max).bytes(),
         unsafe("backing_file", "Image has a backing file")},
        {"an external data file", with_features(1 << 2),
         unsafe("data_file", "Image has data_file set")},
        {"the same in version 2", qcow2_image().big(4, 2u).big(72, std::uint64_t{4}).bytes(),
         unsafe("data_file", "Image has data_file set")},
        {"extended L2 entries, not known to Glance", with_features(1 << 4), unknown},
        {"the highest feature", with_features(std::uint64_t{1} << 63), unknown},
        {"a feature of the second byte", with_features(1 << 8), unknown},
        {"no disk is so large",
         qcow2_image().big(24, std::uint64_t{1} << 63).bytes(),
         {.format = qcow2, .virtual_size_valid = false}},
        {"the largest disk",
         qcow2_image().big(24, u64_max >> 1).bytes(),
         {.format = qcow2, .virtual_size = u64_max >> 1}},
        {"an empty disk", qcow2_image().big(24, std::uint64_t{0}).bytes(), {.format = qcow2}},
        {"no more than a sector", qcow2_image().resize(512).bytes(), safe},
        {"less than a sector", qcow2_image().resize(511).bytes(), {.virtual_size = 511}},
        {"another letter", qcow2_image().put(2, "j").bytes(), {.virtual_size = 1024}},
    };
    for (const auto& one : cases) expect_found(one);
}

TEST(disk_headers, qed) {
    const format_finding banned{
        .format = qed, .violation = safety_violation{"banned", "This file format is not allowed"}};
    const finding_case cases[] = {
        {"any", qed_image().bytes(), banned},
        {"less than a sector", qed_image().resize(511).bytes(), {.virtual_size = 511}},
        {"another version", qed_image().put(3, "1").bytes(), {.virtual_size = 512}},
    };
    for (const auto& one : cases) expect_found(one);
}

TEST(disk_headers, vhd) {
    const finding_case cases[] = {
        {"dynamic", vhd_image().bytes(), {.format = vhd, .virtual_size = 10 * mebibyte}},
        {"less than a sector", vhd_image().resize(511).bytes(), {.format = vhd, .complete = false}},
        {"its first word", "conectix", {.format = vhd, .complete = false}},
        {"almost its first word", "conecti", {.virtual_size = 7}},
        {"no disk is so large",
         vhd_image().big(40, u64_max).bytes(),
         {.format = vhd, .virtual_size_valid = false}},
        // Glance does not look at the footer, and neither do we.
        {"fixed",
         disk_image(4096).put(4096, vhd_image().bytes().substr(0, 512)).bytes(),
         {.virtual_size = 4608}},
    };
    for (const auto& one : cases) expect_found(one);
}

TEST(disk_headers, vdi) {
    const finding_case cases[] = {
        {"any", vdi_image().bytes(), {.format = vdi, .virtual_size = 10 * mebibyte}},
        {"whatever its first line says",
         vdi_image().put(0, "<<< Oracle VM Virtual").bytes(),
         {.format = vdi, .virtual_size = 10 * mebibyte}},
        {"less than a sector", vdi_image().resize(511).bytes(), {.virtual_size = 511}},
        {"the other way round", vdi_image().big(0x40, 0xbeda107fu).bytes(), {.virtual_size = 512}},
        {"no disk is so large",
         vdi_image().little(0x170, u64_max).bytes(),
         {.format = vdi, .virtual_size_valid = false}},
    };
    for (const auto& one : cases) expect_found(one);
}

TEST(disk_headers, gpt) {
    const auto unsafe = [](std::string_view why, std::uint64_t size = 2048) {
        return format_finding{
            .format = gpt, .virtual_size = size, .violation = safety_violation{"mbr", why}};
    };
    const format_finding safe{.format = gpt, .virtual_size = 2048};
    const auto partition = [](disk_image image, std::size_t i, std::uint8_t type) {
        return image.little(446 + 16 * i + 4, type);
    };
    const disk_image old_disk = partition(disk_image(2048).put(510, "\x55\xaa"), 0, 0x83);
    const finding_case cases[] = {
        {"protected", gpt_image().bytes(), safe},
        {"four old partitions", partition(partition(old_disk, 1, 0x82), 3, 7).bytes(), safe},
        {"one that boots", disk_image(old_disk).put(446, "\x80").bytes(), safe},
        {"none but the last", partition(disk_image(2048).put(510, "\x55\xaa"), 3, 0x83).bytes(),
         safe},
        {"no more than a sector",
         gpt_image().resize(512).bytes(),
         {.format = gpt, .virtual_size = 512}},
        {"less than a sector", gpt_image().resize(511).bytes(), {.virtual_size = 511}},
        {"code where a boot flag is", gpt_image().put(446, "\x01").bytes(),
         unsafe("MBR PTE has invalid boot flag")},
        {"the same in the last", gpt_image().put(494, "\xf0").bytes(),
         unsafe("MBR PTE has invalid boot flag")},
        {"starts at another CHS", gpt_image().put(448, "\1").bytes(),
         unsafe("GPT MBR has invalid start CHS")},
        {"starts at another block", gpt_image().little(454, 2u).bytes(),
         unsafe("GPT MBR has invalid start LBA")},
        {"starts as far as can be", gpt_image().little(454, 0xffffffffu).bytes(),
         unsafe("GPT MBR has invalid start LBA")},
        {"with another partition", partition(gpt_image(), 1, 0x83).bytes(),
         unsafe("GPT MBR defines invalid extra partitions")},
        {"not the first",
         gpt_image()
             .put(446, std::string(16, '\0'))
             .put(462, gpt_image().bytes().substr(446, 16))
             .bytes(),
         unsafe("GPT MBR defines invalid extra partitions")},
        {"a signature alone", disk_image(2048).put(510, "\x55\xaa").bytes(),
         unsafe("GPT MBR has no partitions defined")},
        {"the boot sector of a FAT",
         gpt_image().put(0x10, "\2").put(0x15, "\xf8").bytes(),
         {.virtual_size = 2048}},
        {"of one copy, so no FAT", gpt_image().put(0x10, "\1").put(0x15, "\xf8").bytes(), safe},
        {"of a floppy, so no FAT", gpt_image().put(0x10, "\2").put(0x15, "\xf0").bytes(), safe},
    };
    for (const auto& one : cases) expect_found(one);
}

TEST(disk_headers, luks) {
    const format_finding old{
        .format = luks,
        .virtual_size = 2048,
        .violation = safety_violation{"version", "LUKS version is not supported"}};
    const format_finding cut{.format = luks, .complete = false};
    const finding_case cases[] = {
        {"version 1", luks_image().bytes(), {.format = luks, .virtual_size = 2048}},
        {"version 2", luks_image().big(6, std::uint16_t{2}).bytes(), old},
        {"version 0xffff", luks_image().big(6, std::uint16_t{0xffff}).bytes(), old},
        {"its first bytes", luks_image().resize(6).bytes(), cut},
        {"almost its header", luks_image().resize(591).bytes(), cut},
        {"its header alone", luks_image().resize(592).bytes(), {.format = luks}},
        {"a payload at the end", luks_image().big(104, 8u).bytes(), {.format = luks}},
        {"a payload beyond the end", luks_image().big(104, 0xffffffffu).bytes(), {.format = luks}},
        {"no header", luks_image().big(104, 0u).bytes(), {.format = luks, .virtual_size = 4096}},
        {"almost its first bytes", luks_image().resize(5).bytes(), {.virtual_size = 5}},
    };
    for (const auto& one : cases) expect_found(one);
}

TEST(disk_headers, iso) {
    const auto sized = [](std::uint64_t size) {
        return format_finding{.format = iso, .virtual_size = size};
    };
    constexpr std::size_t at = 32768;
    const finding_case cases[] = {
        {"ISO 9660", iso_image().bytes(), sized(180 * 2048)},
        {"UDF", iso_image().put(at, std::string_view("\0NSR02\1", 7)).bytes(), sized(0)},
        {"UDF 2", iso_image().put(at, std::string_view("\0NSR03\1", 7)).bytes(), sized(0)},
        {"UDF 4 is not known", iso_image().put(at, "\1NSR04").bytes(), raw_of(iso_image())},
        {"a boot record says no size", iso_image().put(at, std::string(1, '\0')).bytes(), sized(0)},
        {"the largest",
         iso_image().little(at + 80, 0xffffffffu).little(at + 128, std::uint16_t{0xffff}).bytes(),
         sized(0xffffffffull * 0xffff)},
        {"half a descriptor", iso_image().resize(at + 2047).bytes(), {.virtual_size = at + 2047}},
        {"what it needs of one", iso_image().resize(at + 132).bytes(), {.virtual_size = at + 132}},
    };
    for (const auto& one : cases) expect_found(one);
}

}  // namespace
