// SPDX-License-Identifier: Apache-2.0
#include "image/format_finding.hpp"

#include <gtest/gtest.h>

namespace {

using namespace glimt;
using enum data_format;

TEST(format_finding, a_format_has_a_name) {
    for (const auto format : {raw, qcow2, vhd, vhdx, vmdk, vdi, qed, iso, gpt, luks}) {
        EXPECT_EQ(data_format_named(name_of(format)), format);
    }
    EXPECT_EQ(name_of(raw), "raw");
    EXPECT_EQ(name_of(luks), "luks");
    for (const auto* other : {"ami", "ari", "aki", "ploop", "root-tar", "vpc", "RAW", ""}) {
        EXPECT_FALSE(data_format_named(other)) << other;
    }
}

TEST(format_finding, a_disk_has_less_than_two_to_the_63_bytes) {
    format_finding found;
    found.say_virtual_size(~std::uint64_t{0} >> 1);
    EXPECT_TRUE(found.virtual_size_valid);
    EXPECT_EQ(found.virtual_size, ~std::uint64_t{0} >> 1);
    found.say_virtual_size(std::uint64_t{1} << 63);
    EXPECT_FALSE(found.virtual_size_valid);
    EXPECT_EQ(found.virtual_size, 0u);
}

}  // namespace
