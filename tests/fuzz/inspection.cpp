// SPDX-License-Identifier: Apache-2.0
// Any bytes as a disk of one format, GLIMT_FUZZED_FORMAT: the input fills the places where that
// format is read, and the signs it is known by are put over it, so that every mutation is one.
// What is found does not depend on how the disk is cut, and what is accepted is safe by rules that
// are written down here a second time.
#include "image/inspection.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace glimt;

void require(bool holds) {
    if (!holds) std::abort();
}

struct place {
    std::size_t at, size;
};

struct sign {
    std::size_t at;
    std::string_view bytes;
};

// How a disk of a format is made of an input: the input fills the places in turn, and whatever is
// left of it follows the last. The disk ends with the input.
struct layout_of_format {
    data_format format;
    std::vector<place> places;
    std::vector<sign> signs;
};

const layout_of_format& fuzzed() {
    using enum data_format;
    static const layout_of_format all[] = {
        {raw, {{0, 4096}}, {}},
        {qcow2, {{0, 4096}}, {{0, "QFI\xfb"}}},
        {vhd, {{0, 4096}}, {{0, "conectix"}}},
        {vhdx,
         {{192 * 1024, 128}, {256 * 1024, 256}, {320 * 1024, 64}},
         {{0, "vhdxfile"}, {192 * 1024, "regi"}}},
        {vmdk, {{0, 4096}}, {{0, "KDMV"}}},
        {vdi, {{0, 4096}}, {{64, "\x7f\x10\xda\xbe"}}},
        {qed, {{0, 4096}}, {{0, std::string_view("QED\0", 4)}}},
        {iso, {{32768, 256}, {34816 - 64, 64}}, {{32769, "CD001"}}},
        {gpt, {{446, 66}, {512, 4096}}, {{510, "\x55\xaa"}}},
        {luks, {{0, 4096}}, {{0, "LUKS\xba\xbe"}}},
    };
    return all[static_cast<std::size_t>(data_format::GLIMT_FUZZED_FORMAT)];
}

std::string disk_of(std::string_view input) {
    std::string disk;
    for (const auto& [at, size] : fuzzed().places) {
        const auto part = input.substr(0, size);
        if (part.empty()) break;
        disk.resize(at);
        disk += part;
        input.remove_prefix(part.size());
    }
    disk += input;
    for (const auto& [at, bytes] : fuzzed().signs) {
        if (at + bytes.size() <= disk.size()) disk.replace(at, bytes.size(), bytes);
    }
    return disk;
}

// Zeros between the places go by in one piece: they are most of a disk.
inspection inspect(std::string_view disk, std::size_t piece_max) {
    format_inspector inspector;
    std::minstd_rand random(static_cast<unsigned>(disk.size()) + 1);
    while (!disk.empty()) {
        const auto zeros = std::min(disk.find_first_not_of('\0'), disk.size());
        const auto size = zeros > 100 ? zeros - 20 : 1 + random() % piece_max;
        // A copy of exactly the size, so that the sanitizer sees a read past its end.
        const std::vector<char> piece(disk.begin(),
                                      disk.begin() + std::ptrdiff_t(std::min(size, disk.size())));
        inspector.feed(std::as_bytes(std::span(piece)));
        disk.remove_prefix(piece.size());
    }
    return inspector.finish();
}

std::uint64_t number(std::string_view disk, std::size_t at, std::size_t size, bool big) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const auto byte = static_cast<unsigned char>(disk[at + (big ? i : size - 1 - i)]);
        value = value << 8 | byte;
    }
    return value;
}

// The rules of the formats that have some, for a disk that may be stored.
void require_safe(std::string_view disk) {
    using enum data_format;
    switch (fuzzed().format) {
        case qcow2:
            require(number(disk, 8, 8, true) == 0 && (number(disk, 72, 8, true) & 4) == 0);
            require(number(disk, 4, 4, true) == 2 || number(disk, 4, 4, true) == 3);
            require(number(disk, 4, 4, true) == 2 || number(disk, 72, 8, true) < 16);
            return;
        case vmdk: {
            const auto text = disk.substr(512, disk.substr(512).find('\0'));
            require(number(disk, 4, 4, false) <= 3 && number(disk, 28, 8, false) == 1);
            require(text.find("createType=\"monolithicFlat") == text.npos);
            require(text.find("parentFileNameHint") == text.npos);
            return;
        }
        case gpt:
            for (std::size_t at = 446; at < 510; at += 16) require((disk[at] & 0x7f) == 0);
            return;
        case luks: return require(number(disk, 6, 2, true) == 1);
        case qed: return require(false);
        default: return;
    }
}

void require_consistent(const inspection& found, std::string_view disk) {
    require(found.bytes == disk.size() && !found.matches.empty());
    for (const auto& match : found.matches) {
        require(match.virtual_size <= INT64_MAX);
        require(match.format != data_format::raw || found.matches.size() == 1);
    }
    const auto name = name_of(fuzzed().format);
    for (const auto disk_format : {name, std::string_view("raw"), std::string_view("ami")}) {
        const auto strict = judge(found, disk_format, {});
        const auto lenient = judge(found, disk_format, {.require_match = false});
        require(strict.refusal || !lenient.refusal);
        require(!strict.refusal || (!strict.refusal->empty() && !strict.note.empty()));
    }
    const auto one = found.matches.size() == 1 && found.matches[0].format == fuzzed().format;
    if (one && !judge(found, "raw", {}).refusal) require_safe(disk);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto disk = disk_of({reinterpret_cast<const char*>(data), size});
    const auto whole = inspect(disk, 1 << 20);
    require(inspect(disk, 1) == whole);
    require(inspect(disk, 700) == whole);
    require_consistent(whole, disk);
    return 0;
}
