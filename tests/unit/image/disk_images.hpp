// SPDX-License-Identifier: Apache-2.0
// The first bytes of disks of every format, so that tests need no qemu: what qemu-img and others
// write, reduced to what somebody reads. tests/data/image/record_formats.py compares with them.
#pragma once

#include <boost/endian/conversion.hpp>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace glimt::test {

constexpr std::uint64_t mebibyte = 1 << 20;

// Bytes by what is where; what nobody puts is zero.
class disk_image {
public:
    explicit disk_image(std::size_t size) : bytes_(size, '\0') {}

    disk_image& put(std::size_t at, std::string_view text) {
        if (bytes_.size() < at + text.size()) bytes_.resize(at + text.size());
        bytes_.replace(at, text.size(), text);
        return *this;
    }

    template <class Number>
    disk_image& big(std::size_t at, Number number) {
        return put_native(at, boost::endian::native_to_big(number));
    }

    template <class Number>
    disk_image& little(std::size_t at, Number number) {
        return put_native(at, boost::endian::native_to_little(number));
    }

    disk_image& resize(std::size_t size) {
        bytes_.resize(size);
        return *this;
    }

    const std::string& bytes() const { return bytes_; }

private:
    template <class Number>
    disk_image& put_native(std::size_t at, Number number) {
        char text[sizeof number];
        std::memcpy(text, &number, sizeof number);
        return put(at, {text, sizeof text});
    }

    std::string bytes_;
};

inline disk_image qcow2_image() {
    return disk_image(1024)
        .put(0, "QFI\xfb")
        .big(4, std::uint32_t{3})
        .big(20, std::uint32_t{16})
        .big(24, 10 * mebibyte)
        .big(100, std::uint32_t{112});
}

inline disk_image qed_image() { return disk_image(512).put(0, std::string_view("QED\0", 4)); }

// A dynamic one: it begins with a copy of its footer.
inline disk_image vhd_image() {
    return disk_image(1536).put(0, "conectix").big(40, 10 * mebibyte).big(48, 10 * mebibyte);
}

inline disk_image vdi_image() {
    return disk_image(512)
        .put(0, "<<< QEMU VM Virtual Disk Image >>>\n")
        .little(0x40, std::uint32_t{0xbeda107f})
        .little(0x170, 10 * mebibyte);
}

// With one protective partition, as every GPT has.
inline disk_image gpt_image() {
    return disk_image(2048)
        .put(446, std::string_view("\0\0\2\0\xee\xff\xff\xff", 8))
        .little(454, std::uint32_t{1})
        .little(458, std::uint32_t{0xffffffff})
        .put(510, "\x55\xaa")
        .put(512, "EFI PART");
}

inline disk_image luks_image() {
    return disk_image(4096)
        .put(0, "LUKS\xba\xbe")
        .big(6, std::uint16_t{1})
        .put(8, "aes")
        .put(40, "xts-plain64")
        .put(72, "sha256")
        .big(104, std::uint32_t{4});
}

inline disk_image iso_image() {
    return disk_image(32768 + 2048)
        .put(32768, "\1CD001\1")
        .little(32768 + 80, std::uint32_t{180})
        .little(32768 + 128, std::uint16_t{2048});
}

// A VHDX by its parts; the tables lie as close together as they may.
struct vhdx_parts {
    static constexpr std::size_t table_at = 192 * 1024, table_bytes = 64 * 1024;
    static constexpr std::string_view metadata_guid =
        "\x06\xa2\x7c\x8b\x90\x47\x9a\x4b\xb8\xfe\x57\x5f\x05\x0f\x88\x6e";
    static constexpr std::string_view disk_size_guid =
        "\x24\x42\xa5\x2f\x1b\xcd\x76\x48\xb2\x11\x5d\xbe\xd8\x3b\xf4\xb8";

    std::uint32_t regions = 2;  // the last is the metadata
    std::uint64_t metadata_at = table_at + table_bytes;
    std::uint16_t items = 3;              // the last is the disk size
    std::uint32_t item_at = table_bytes;  // from metadata_at
    std::uint32_t item_bytes = 8;
    std::uint64_t disk_bytes = 10 * mebibyte;

    // Where the size of the disk is; nothing that is referred to is made beyond 1 MiB.
    disk_image make() const {
        disk_image image(table_at + table_bytes);
        image.put(0, "vhdxfile").put(table_at, "regi").little(table_at + 8, regions);
        if (regions > 0 && regions <= 2047) {
            const auto entry = table_at + 16 + (regions - 1) * 32;
            image.put(entry, metadata_guid).little(entry + 16, metadata_at);
        }
        if (metadata_at > mebibyte) return image;
        const auto metadata = static_cast<std::size_t>(metadata_at);
        image.put(metadata, "metadata").little(metadata + 10, items);
        if (items > 0 && items <= 2047) {
            const auto entry = metadata + 32u * items;
            image.put(entry, disk_size_guid).little(entry + 16, item_at);
            image.little(entry + 20, item_bytes);
        }
        if (item_at <= mebibyte) image.little(metadata + item_at, disk_bytes);
        return image;
    }
};

constexpr std::string_view vmdk_descriptor_text =
    "# Disk DescriptorFile\n"
    "version=1\n"
    "CID=2b6de0c5\n"
    "parentCID=ffffffff\n"
    "createType=\"monolithicSparse\"\n"
    "\n"
    "# Extent description\n"
    "RW 20480 SPARSE \"disk.vmdk\"\n"
    "\n"
    "# The Disk Data Base\n"
    "#DDB\n"
    "\n"
    "ddb.virtualHWVersion = \"4\"\n"
    "ddb.adapterType = \"ide\"\n";

inline disk_image vmdk_image(std::string_view descriptor = vmdk_descriptor_text) {
    return disk_image(512 + 20 * 512)
        .put(0, "KDMV")
        .little(4, std::uint32_t{1})
        .little(12, std::uint64_t{20480})
        .little(28, std::uint64_t{1})
        .little(36, std::uint64_t{20})
        .little(56, std::uint64_t{26})
        .put(512, descriptor);
}

inline std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
    return std::string(text).replace(text.find(from), from.size(), to);
}

// streamOptimized: the footer, between its two markers, repeats the header.
inline disk_image vmdk_stream_image() {
    auto image = vmdk_image(replaced(vmdk_descriptor_text, "monolithicSparse", "streamOptimized"));
    const auto end = image.bytes().size() + 4096;
    return image.little(4, std::uint32_t{3})
        .little(56, ~std::uint64_t{0})
        .resize(end + 1536)
        .little(end, std::uint64_t{1})
        .little(end + 12, std::uint32_t{3})
        .put(end + 512, image.bytes().substr(0, 64))
        .little(end + 512 + 56, std::uint64_t{26});
}

}  // namespace glimt::test
