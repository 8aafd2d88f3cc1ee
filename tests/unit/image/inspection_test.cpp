// SPDX-License-Identifier: Apache-2.0
#include "image/inspection.hpp"

#include "unit/image/disk_images.hpp"
#include "unit/image/inspected.hpp"

#include <gmock/gmock.h>

namespace {

using namespace glimt;
using namespace glimt::test;

// The signs of both.
std::string merged(std::string first, const std::string& second) {
    first.resize(std::max(first.size(), second.size()));
    for (std::size_t i = 0; i < second.size(); ++i) {
        if (first[i] == '\0') first[i] = second[i];
    }
    return first;
}

struct verdict_case {
    const char* what;
    std::string bytes;
    std::string disk_format;
    std::string refusal;             // empty: none
    std::uint64_t virtual_size = 0;  // 0: none
};

void expect_verdicts(std::span<const verdict_case> cases, const inspection_rules& rules) {
    for (const auto& one : cases) {
        SCOPED_TRACE(std::string(one.what) + ", as " + one.disk_format);
        const auto verdict = judge(inspected(one.bytes), one.disk_format, rules);
        EXPECT_EQ(verdict.refusal.value_or(""), one.refusal);
        if (!verdict.refusal) {
            EXPECT_EQ(verdict.virtual_size.value_or(0), one.virtual_size);
            EXPECT_NE(verdict.virtual_size, 0u);
        }
    }
}

const std::string boot_sector = disk_image(2048).put(510, "\x55\xaa").bytes();
const std::string backed = qcow2_image().big(8, std::uint64_t{512}).bytes();
const std::string hybrid = merged(iso_image().bytes(), gpt_image().bytes());
const std::string unsafe = "Image failed safety checks";
const std::string incomplete = "Incomplete file cannot be safety checked";

std::string no_match(std::string_view disk_format, std::string_view found) {
    return "Image disk_format " + std::string(disk_format) + " does not match stream data " +
           std::string(found);
}

TEST(inspection, only_a_bare_container_is_looked_into) {
    EXPECT_TRUE(is_inspected("bare"));
    for (const auto* other :
         {"ami", "ari", "aki", "ovf", "ova", "docker", "compressed", "", "Bare"})
        EXPECT_FALSE(is_inspected(other)) << other;
}

TEST(inspection, the_disk_format_must_be_what_is_found) {
    const verdict_case cases[] = {
        {"nothing", "", "raw", "", 0},
        {"nothing", "", "qcow2", no_match("qcow2", "raw")},
        {"nothing", "", "ami", "", 0},
        {"some bytes", "some bytes", "raw", "", 10},
        {"some bytes", "some bytes", "ploop", "", 0},
        {"some bytes", "some bytes", "root-tar", "", 0},
        {"some bytes", "some bytes", "iso", no_match("iso", "raw")},
        {"qcow2", qcow2_image().bytes(), "qcow2", "", 10 * mebibyte},
        {"qcow2", qcow2_image().bytes(), "raw", "", 1024},
        {"qcow2", qcow2_image().bytes(), "vmdk", no_match("vmdk", "qcow2")},
        {"qcow2", qcow2_image().bytes(), "ari", no_match("ari", "qcow2")},
        {"vhd", vhd_image().bytes(), "vhd", "", 10 * mebibyte},
        {"vhd", vhd_image().bytes(), "vhdx", no_match("vhdx", "vhd")},
        {"vhdx", vhdx_parts{}.make().bytes(), "vhdx", "", 10 * mebibyte},
        {"vmdk", vmdk_image().bytes(), "vmdk", "", 10 * mebibyte},
        {"vdi", vdi_image().bytes(), "vdi", "", 10 * mebibyte},
        {"iso", iso_image().bytes(), "iso", "", 180 * 2048},
        {"iso", iso_image().bytes(), "raw", "", 34816},
        {"luks", luks_image().bytes(), "luks", "", 2048},
        {"luks", luks_image().bytes(), "raw", "", 4096},
        {"gpt", gpt_image().bytes(), "gpt", "", 2048},
        {"gpt", gpt_image().bytes(), "raw", "", 2048},
        {"gpt", gpt_image().bytes(), "qcow2", no_match("qcow2", "gpt")},
        {"gpt", gpt_image().bytes(), "aki", no_match("aki", "gpt")},
    };
    expect_verdicts(cases, {});
}

TEST(inspection, what_is_not_safe_is_refused_whatever_it_is_called) {
    const verdict_case cases[] = {
        {"qed", qed_image().bytes(), "raw", unsafe},
        {"qed", qed_image().bytes(), "qed", unsafe},
        {"a backing file", backed, "qcow2", unsafe},
        {"a backing file", backed, "raw", unsafe},
        {"a boot sector", boot_sector, "raw", unsafe},
        {"a boot sector", boot_sector, "aki", no_match("aki", "gpt")},
        {"luks 2", luks_image().big(6, std::uint16_t{2}).bytes(), "raw", unsafe},
        {"half a vmdk", vmdk_image().resize(600).bytes(), "vmdk", incomplete},
        {"half a vmdk", vmdk_image().resize(600).bytes(), "raw", incomplete},
        {"half a vhdx", vhdx_parts{}.make().resize(200'000).bytes(), "vhdx", incomplete},
        {"half a luks", luks_image().resize(100).bytes(), "raw", incomplete},
        {"no such size", qcow2_image().big(24, ~std::uint64_t{0}).bytes(), "qcow2",
         "Image format inspection failed"},
        {"no such size", qcow2_image().big(24, ~std::uint64_t{0}).bytes(), "raw", "", 1024},
    };
    expect_verdicts(cases, {});
}

TEST(inspection, only_an_iso_may_be_something_else_too) {
    const verdict_case cases[] = {
        {"an iso that boots as a disk", hybrid, "iso", "", 180 * 2048},
        {"an iso that boots as a disk", hybrid, "raw", "", 34816},
        {"an iso that boots as a disk", hybrid, "qcow2", no_match("qcow2", "iso")},
        {"whatever its partitions", merged(iso_image().bytes(), boot_sector), "iso", "",
         180 * 2048},
        {"qcow2 and iso", merged(qcow2_image().bytes(), iso_image().bytes()), "iso",
         "Multiple formats detected: qcow2,iso"},
        {"qcow2 and iso", merged(qcow2_image().bytes(), iso_image().bytes()), "raw",
         "Multiple formats detected: qcow2,iso"},
        {"qcow2 and gpt", merged(qcow2_image().bytes(), gpt_image().bytes()), "qcow2",
         "Multiple formats detected: qcow2,gpt"},
        {"three", merged(vhd_image().bytes(), hybrid), "iso",
         "Multiple formats detected: vhd,iso,gpt"},
        {"vmdk and vdi", vmdk_image().little(0x40, std::uint32_t{0xbeda107f}).bytes(), "vmdk",
         "Multiple formats detected: vmdk,vdi"},
    };
    expect_verdicts(cases, {});
}

// require_image_format_match = false lets a wrong name pass, not what is dangerous under any name:
// Glance lets that pass too.
TEST(inspection, a_mismatch_may_be_let_through) {
    const verdict_case cases[] = {
        {"some bytes", "some bytes", "qcow2", "", 0},
        {"qcow2", qcow2_image().bytes(), "vmdk", "", 0},
        {"a backing file", backed, "vmdk", unsafe},
        {"a backing file and an iso", merged(backed, iso_image().bytes()), "iso", unsafe},
        {"qcow2 and iso", merged(qcow2_image().bytes(), iso_image().bytes()), "iso", "", 0},
        {"a boot sector", boot_sector, "aki", unsafe},
        {"no such size", qcow2_image().big(24, ~std::uint64_t{0}).bytes(), "qcow2", "", 0},
        {"half a vhdx", vhdx_parts{}.make().resize(200'000).bytes(), "vhdx", "", 0},
        {"half a vmdk", vmdk_image().resize(600).bytes(), "raw", incomplete},
        {"half a luks", luks_image().resize(100).bytes(), "qcow2", incomplete},
    };
    expect_verdicts(cases, {.require_match = false});
}

TEST(inspection, the_check_of_partitions_may_be_told_to_only_warn) {
    const std::vector<std::string> lenient = {"other", "mbr"}, strict = {"MBR", "banned"};
    const verdict_case allowed[] = {
        {"a boot sector", boot_sector, "raw", "", 2048},
        {"a boot sector", boot_sector, "aki", no_match("aki", "gpt")},
        {"a backing file", backed, "raw", unsafe},
    };
    expect_verdicts(allowed, {.gpt_nonfatal = lenient});
    const verdict_case refused[] = {
        {"a boot sector", boot_sector, "raw", unsafe},
        {"qed", qed_image().bytes(), "raw", unsafe},
    };
    expect_verdicts(refused, {.gpt_nonfatal = strict});
}

TEST(inspection, the_log_is_told_what_was_wrong) {
    const std::vector<std::string> lenient = {"mbr"};
    const auto note = [](const std::string& bytes, std::string_view disk_format,
                         const inspection_rules& rules) {
        return judge(inspected(bytes), disk_format, rules).note;
    };
    EXPECT_EQ(note("some bytes", "raw", {}), "");
    EXPECT_EQ(note(backed, "raw", {}),
              "safety check backing_file on qcow2 failed: Image has a backing file");
    EXPECT_EQ(note(boot_sector, "raw", {.gpt_nonfatal = lenient}),
              "safety check mbr on gpt failed: GPT MBR has no partitions defined");
    EXPECT_EQ(note("some bytes", "qcow2", {.require_match = false}), no_match("qcow2", "raw"));
}

TEST(inspection, costs_little_memory) { EXPECT_LT(sizeof(format_inspector), 3072u); }

// What is shorter than a format's header is not that format, or not all of it.
TEST(inspection, any_beginning_of_a_disk_can_be_looked_at) {
    const std::size_t ends[] = {0,    1,    3,    4,     5,     6,     7,     8,     31,   63,
                                64,   65,   107,  108,   511,   512,   513,   591,   592,  1023,
                                1024, 1535, 1536, 32767, 32768, 32769, 32900, 34815, 34816};
    for (const auto& image : {qcow2_image(), qed_image(), vhd_image(), vdi_image(), gpt_image(),
                              luks_image(), iso_image(), vmdk_image(), vmdk_stream_image()}) {
        expect_sound_when_cut_short(image.bytes(), ends);
    }
}

}  // namespace
