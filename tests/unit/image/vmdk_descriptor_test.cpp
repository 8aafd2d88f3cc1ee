// SPDX-License-Identifier: Apache-2.0
#include "image/vmdk_descriptor.hpp"

#include "unit/image/disk_images.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using namespace glimt;
using namespace glimt::test;

vmdk_descriptor fed(std::string_view text) {
    vmdk_descriptor descriptor;
    descriptor.feed(std::as_bytes(std::span(text)));
    return descriptor;
}

std::string why_not(std::string_view text) {
    const auto violation = fed(text).violation();
    return violation ? std::string(violation->why) : "";
}

constexpr std::string_view type = "createType=\"monolithicSparse\"\n";
constexpr std::string_view extent = "RW 8 SPARSE \"a.vmdk\"\n";

std::string with(std::string_view line) {
    return std::string(type) + std::string(extent) + std::string(line);
}

TEST(vmdk_descriptor, every_line_must_be_known) {
    const std::string good[] = {
        "",
        "\n\n",
        "# anything / at all",
        "   # behind spaces",
        "CID=1",
        "  CID=1",
        "a/b=c d",
        "parentCID=ffffffff",
        "ddb.geometry.sectors = \"63\"",
        "DDB.x",
        "ddb x y z",
        "a\tb=1",
        "=",
        "RDONLY 8 ZERO",
        "NOACCESS 8 ZERO",
        "noaccess",
        "  rw 8 SPARSE \"b=c.vmdk\"",
        "rw\t\r",
        "x=\r",
        "\x1c\x1f",
        "key=\"/a value with a slash\"",
        std::string("\0 nobody reads this", 20),
    };
    for (const auto& line : good) EXPECT_EQ(why_not(with(line)), "") << line;

    const std::string bad[] = {
        "x",
        "rwx 8 SPARSE \"b\"",
        "r",
        "rw\t8 SPARSE \"b\"",
        "a b=1",
        "CID = 1",
        "readwrite 8",
        "noaccesss",
        "dd",
        "\x01",
        "- # no comment",
        "rdonly\n\n.",
    };
    for (const auto& line : bad) {
        EXPECT_EQ(why_not(with(line)), "Invalid VMDK descriptor data") << line;
    }
}

TEST(vmdk_descriptor, nothing_may_refer_to_another_file) {
    const struct {
        const char* what;
        std::string text;
        const char* why;
    } cases[] = {
        {"an absolute name", with("RW 8 FLAT \"/etc/passwd\" 0"), "Invalid extent filenames found"},
        {"a way up", with("rdonly 8 flat \"../x\""), "Invalid extent filenames found"},
        {"no extents", std::string(type), "No extents found"},
        {"a parent", with("parentFileNameHint=\"base.vmdk\""), "Image has a parent"},
        {"a parent in a comment, where qemu sees it", with("# parentFileNameHint=\"base\""),
         "Image has a parent"},
        {"a second type, which qemu would take", with("createType=\"monolithicFlat\""),
         "Several subformats"},
        {"the same type again", with(type), "Several subformats"},
    };
    for (const auto& [what, text, why] : cases) EXPECT_EQ(why_not(text), why) << what;
}

TEST(vmdk_descriptor, the_type_says_where_the_data_are) {
    const auto holds = [](std::string_view name) {
        const auto text = "createType=\"" + std::string(name) + "\"\n" + std::string(extent);
        EXPECT_EQ(why_not(text).empty(), fed(text).holds_its_data());
        return fed(text).holds_its_data();
    };
    EXPECT_TRUE(holds("monolithicSparse"));
    EXPECT_TRUE(holds("streamOptimized"));
    EXPECT_TRUE(holds("MONOLITHICSPARSE"));
    for (const auto* other : {"", "monolithicFlat", "twoGbMaxExtentSparse", "vmfsSparse", "custom",
                              "monolithicSparsE2", "monolithicSpars", " monolithicSparse"}) {
        EXPECT_FALSE(holds(other)) << other;
    }
    EXPECT_FALSE(holds(std::string(1000, 'x')));
    EXPECT_FALSE(fed("createType=\"monolithicSparse").holds_its_data());
    EXPECT_FALSE(fed("createType = \"monolithicSparse\"").holds_its_data());
    EXPECT_TRUE(fed("createcreateType=\"monolithicSparse\"").holds_its_data());
}

TEST(vmdk_descriptor, is_ascii_text) {
    EXPECT_EQ(why_not(""), "No descriptor found");
    EXPECT_EQ(why_not(std::string(512, '\0')), "No descriptor found");
    EXPECT_EQ(why_not(with("# \xc3\xa4")), "No descriptor found");
    EXPECT_EQ(why_not(with(std::string("\0\xc3\xa4", 3))), "");
    EXPECT_EQ(why_not(vmdk_descriptor_text), "");
}

}  // namespace
