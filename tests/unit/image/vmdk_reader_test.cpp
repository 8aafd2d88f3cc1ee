// SPDX-License-Identifier: Apache-2.0
#include "image/vmdk_reader.hpp"

#include "unit/image/disk_images.hpp"
#include "unit/image/inspected.hpp"

namespace {

using namespace glimt;
using namespace glimt::test;

constexpr auto u64_max = ~std::uint64_t{0};

format_finding unsafe(std::string_view check, std::string_view why,
                      std::uint64_t size = 10 * mebibyte) {
    return {.format = data_format::vmdk,
            .virtual_size = size,
            .violation = safety_violation{check, why}};
}

const format_finding safe{.format = data_format::vmdk, .virtual_size = 10 * mebibyte};
const format_finding cut{
    .format = data_format::vmdk, .complete = false, .virtual_size = 10 * mebibyte};
const format_finding no_descriptor = unsafe("descriptor", "No descriptor found", 0);

TEST(vmdk_reader, sparse) {
    const auto image = vmdk_image();
    const auto half = [&](std::size_t size) { return disk_image(image).resize(size).bytes(); };
    const finding_case cases[] = {
        {"monolithicSparse", image.bytes(), safe},
        {"version 2", disk_image(image).little(4, 2u).bytes(), safe},
        {"version 3", disk_image(image).little(4, 3u).bytes(), safe},
        {"version 0", disk_image(image).little(4, 0u).bytes(), no_descriptor},
        {"version 4", disk_image(image).little(4, 4u).bytes(), no_descriptor},
        {"a descriptor elsewhere", disk_image(image).little(28, std::uint64_t{2}).bytes(),
         no_descriptor},
        {"a descriptor in the header", disk_image(image).little(28, std::uint64_t{0}).bytes(),
         no_descriptor},
        // Times 512 this would be 512 in 64 bits.
        {"a descriptor that wraps around",
         disk_image(image).little(28, (std::uint64_t{1} << 55) + 1).bytes(), no_descriptor},
        {"no descriptor", disk_image(image).little(36, std::uint64_t{0}).bytes(), no_descriptor},
        {"the largest descriptor",
         disk_image(image).little(36, u64_max).resize(512 + mebibyte).bytes(), safe},
        {"almost the largest descriptor",
         disk_image(image).little(36, u64_max).resize(510 + mebibyte).bytes(), cut},
        {"the largest disk",
         disk_image(image).little(12, u64_max >> 10).bytes(),
         {.format = data_format::vmdk, .virtual_size = u64_max >> 10 << 9}},
        {"no disk is so large",
         disk_image(image).little(12, (u64_max >> 10) + 1).bytes(),
         {.format = data_format::vmdk, .virtual_size_valid = false}},
        {"nor so",
         disk_image(image).little(12, u64_max).bytes(),
         {.format = data_format::vmdk, .virtual_size_valid = false}},
        {"almost a header", half(63), {.virtual_size = 63}},
        {"a header", half(64), {.format = data_format::vmdk, .complete = false}},
        {"half a descriptor", half(600), {.format = data_format::vmdk, .complete = false}},
        {"almost a descriptor", half(512 + 20 * 512 - 1), cut},
        {"the magic of older ones",
         disk_image(image).put(0, "COWD").bytes(),
         {.virtual_size = image.bytes().size()}},
    };
    for (const auto& one : cases) expect_found(one);
}

TEST(vmdk_reader, stream_optimized) {
    const auto image = vmdk_stream_image();
    const auto end = image.bytes().size() - 1536, footer = end + 512, last = end + 1024;
    const auto broken = [&](std::size_t at, std::string_view text) {
        return disk_image(image).put(at, text).bytes();
    };
    const auto wrong = [](std::string_view why) { return unsafe("footer", why); };
    const finding_case cases[] = {
        {"as it should be", image.bytes(), safe},
        {"another magic", broken(footer, "KDMv"),
         wrong("Header and footer signature do not match")},
        {"another version", broken(footer + 4, "\1"),
         wrong("Header and footer versions do not match")},
        {"a descriptor elsewhere", broken(footer + 28, "\2"),
         wrong("Footer specifies a different descriptor than header")},
        {"another descriptor", broken(footer + 36, "\2"),
         wrong("Footer specifies a different descriptor than header")},
        {"a footer behind the footer", broken(footer + 56, std::string(8, '\xff')),
         wrong("Footer indicates another footer")},
        {"a marker with data", broken(end + 8, "\1"), wrong("Footer marker is invalid")},
        {"another marker", broken(end + 12, "\2"), wrong("Footer marker is invalid")},
        {"something in the marker", broken(end + 511, "\1"), wrong("Footer marker is invalid")},
        {"an end that is no end", broken(last, "\1"), wrong("End-of-stream marker is invalid")},
        {"an end with data", broken(last + 8, "\1"), wrong("End-of-stream marker is invalid")},
        {"another marker at the end", broken(last + 12, "\1"),
         wrong("End-of-stream marker is invalid")},
        {"something in the end", broken(last + 511, "\1"),
         wrong("End-of-stream marker is invalid")},
        {"something behind the end", broken(last + 512, std::string_view("\0", 1)),
         wrong("Header and footer signature do not match")},
        {"no footer", disk_image(image).resize(end).bytes(),
         wrong("Header and footer signature do not match")},
        {"no room for a footer",
         disk_image(image).little(36, std::uint64_t{1}).resize(1535).bytes(), cut},
    };
    for (const auto& one : cases) expect_found(one);
}

// A text that says which files the disk is in; qemu would open them.
TEST(vmdk_reader, text) {
    const auto typed = [](std::string_view type) {
        return replaced(vmdk_descriptor_text, "monolithicSparse", type);
    };
    const auto refused = unsafe("descriptor", "Unsupported subformat", 0);
    const auto raw = [](const std::string& bytes) {
        return format_finding{.virtual_size = bytes.size()};
    };
    const std::string text(100, 'x');
    const finding_case cases[] = {
        {"monolithicFlat", typed("monolithicFlat"), refused},
        {"twoGbMaxExtentFlat", typed("twoGbMaxExtentFlat"), refused},
        {"twoGbMaxExtentSparse", typed("twoGbMaxExtentSparse"), refused},
        {"vmfs", typed("vmfs"), refused},
        {"a type that would be safe inside", typed("monolithicSparse"), refused},
        {"in other letters", replaced(vmdk_descriptor_text, "createType", "CREATETYPE"), refused},
        {"a type without end", text + "createType=\"", refused},
        {"behind a NUL", text + std::string(1, '\0') + "createType=\"",
         raw(text + "createType=\"x")},
        {"behind a letter that is not ASCII", text + "\xe4" + "createType=\"", refused},
        {"no type", replaced(vmdk_descriptor_text, "createType=", "createtype "),
         raw(std::string(vmdk_descriptor_text))},
        {"less than a header", "createType=\"monolithicFlat\"\n",
         raw("createType=\"monolithicFlat\"\n")},
        {"not text", "\1" + typed("monolithicFlat"), raw(typed("monolithicFlat") + "x")},
    };
    for (const auto& one : cases) expect_found(one);
}

// qemu reads 1 MiB less a byte.
TEST(vmdk_reader, a_text_is_read_so_far) {
    constexpr std::string_view type = "createType=\"";
    const std::string lines(vmdk_descriptor::bytes_max - type.size(), '\n');
    for (const std::size_t size : {1000, 65536, 2'000'000}) {
        const auto named = [&](const std::string& bytes) {
            return formats_of(inspect_in_pieces(bytes, size));
        };
        EXPECT_EQ(named(lines + std::string(type)), "vmdk");
        EXPECT_EQ(named(lines + "\n" + std::string(type)), "raw");
    }
}

}  // namespace
