// SPDX-License-Identifier: Apache-2.0
#include "image/vhdx_reader.hpp"

#include "unit/image/disk_images.hpp"
#include "unit/image/inspected.hpp"

namespace {

using namespace glimt;
using namespace glimt::test;

constexpr auto u64_max = ~std::uint64_t{0};
constexpr std::size_t region_at = vhdx_parts::table_at;
constexpr std::size_t metadata_at = region_at + vhdx_parts::table_bytes;

const format_finding sized{.format = data_format::vhdx, .virtual_size = 10 * mebibyte};
const format_finding no_size{.format = data_format::vhdx};
const format_finding cut{.format = data_format::vhdx, .complete = false};
const format_finding no_such_size{.format = data_format::vhdx, .virtual_size_valid = false};

TEST(vhdx_reader, finds_the_size_of_the_disk) {
    const finding_case cases[] = {
        {"as close together as can be", vhdx_parts{}.make().bytes(), sized},
        {"with room between", vhdx_parts{.metadata_at = metadata_at + 4097}.make().bytes(), sized},
        {"one of each", vhdx_parts{.regions = 1, .items = 1}.make().bytes(), sized},
        {"as many as can be", vhdx_parts{.regions = 2047, .items = 2047}.make().bytes(), sized},
        {"right behind its table", vhdx_parts{.items = 3, .item_at = 4 * 32}.make().bytes(), sized},
        {"the last eight bytes",
         vhdx_parts{}.make().resize(metadata_at + vhdx_parts::table_bytes + 8).bytes(), sized},
        {"the first of two",
         vhdx_parts{.items = 1}.make().put(metadata_at + 64, vhdx_parts::disk_size_guid).bytes(),
         sized},
        {"an empty disk", vhdx_parts{.disk_bytes = 0}.make().bytes(), no_size},
        {"the largest disk",
         vhdx_parts{.disk_bytes = u64_max >> 1}.make().bytes(),
         {.format = data_format::vhdx, .virtual_size = u64_max >> 1}},
        {"no disk is so large", vhdx_parts{.disk_bytes = u64_max}.make().bytes(), no_such_size},
    };
    for (const auto& one : cases) expect_found(one);
}

// As Glance has it: such a disk is one whose size nobody knows.
TEST(vhdx_reader, does_without_a_size_when_the_tables_have_none) {
    auto whole = [](const vhdx_parts& parts) {
        return parts.make().resize(metadata_at + vhdx_parts::table_bytes);
    };
    const finding_case cases[] = {
        {"not a region table", vhdx_parts{}.make().put(region_at, "rege").bytes(), no_size},
        {"no regions", vhdx_parts{.regions = 0}.make().bytes(), no_size},
        {"too many regions", vhdx_parts{.regions = 2048}.make().bytes(), no_size},
        {"more regions than a number can count",
         vhdx_parts{}.make().little(region_at + 8, 0xffffffffu).bytes(), no_size},
        {"no such region", vhdx_parts{}.make().put(region_at + 16 + 32, "x").bytes(), no_size},
        {"no items", whole({.items = 0}).bytes(), no_size},
        {"too many items", whole({.items = 2048}).bytes(), no_size},
        {"as many as a number can count", whole({.items = 0xffff}).bytes(), no_size},
        {"no such item", whole({}).put(metadata_at + 3 * 32, "x").bytes(), no_size},
    };
    for (const auto& one : cases) expect_found(one);
}

TEST(vhdx_reader, is_not_complete_without_what_its_tables_refer_to) {
    const auto with = [](const vhdx_parts& parts) { return parts.make().bytes(); };
    const auto at_most = [](std::size_t size) { return vhdx_parts{}.make().resize(size).bytes(); };
    const finding_case cases[] = {
        {"its first word", "vhdxfile", cut},
        {"half a region table", at_most(region_at + 100), cut},
        {"almost a region table", at_most(metadata_at - 1), cut},
        {"no metadata", at_most(metadata_at), cut},
        {"half a metadata header", at_most(metadata_at + 31), cut},
        {"half an entry", at_most(metadata_at + 100), cut},
        {"no size", at_most(metadata_at + vhdx_parts::table_bytes), cut},
        {"half a size", at_most(metadata_at + vhdx_parts::table_bytes + 7), cut},
        {"metadata before the table", with({.metadata_at = 65536}), cut},
        {"metadata in the table", with({.metadata_at = metadata_at - 1}), cut},
        {"metadata at 4096", with({.metadata_at = 4096}), cut},
        {"metadata beyond all", with({.metadata_at = u64_max}), cut},
        {"metadata 31 bytes before the end of all", with({.metadata_at = u64_max - 31}), cut},
        {"other metadata", vhdx_parts{}.make().put(metadata_at, "metadatA").bytes(), cut},
        {"a size in the table", with({.items = 3, .item_at = 4 * 32 - 1}), cut},
        {"a size at 0", with({.item_at = 0}), cut},
        {"a size beyond all", with({.item_at = 0xffffffff}), cut},
    };
    for (const auto& one : cases) expect_found(one);
}

TEST(vhdx_reader, a_size_is_eight_bytes) {
    const auto of = [](std::uint32_t bytes) {
        return vhdx_parts{.item_bytes = bytes}.make().bytes();
    };
    auto far = no_such_size;
    far.complete = false;
    const finding_case cases[] = {
        {"none", of(0), no_such_size},
        {"seven", of(7), no_such_size},
        {"nine, of which one is missing", of(9), far},
        {"as many as a number can count", of(0xffffffff), far},
    };
    for (const auto& one : cases) expect_found(one);
}

}  // namespace
