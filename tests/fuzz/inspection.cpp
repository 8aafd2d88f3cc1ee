// SPDX-License-Identifier: Apache-2.0
// Any bytes as a disk of one format, GLIMT_FUZZED_FORMAT: the input fills the places where that
// format is read, and the signs it is known by are put over it, so that every mutation is one.
// What is found does not depend on how the disk is cut, and what is accepted is safe by rules that
// are written down here a second time.
#include "image/inspection.hpp"
#include "require.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using glimt::testing::require;

namespace {

using namespace glimt;

struct place {
    std::size_t at, size;
};

struct sign {
    std::size_t at;
    std::string_view bytes;
};

// How a disk of a format is made of an input: the input fills the places in turn, and whatever is
// left of it follows the last. Between them are zeros, and the disk ends with the input.
struct layout_of_format {
    data_format format;
    std::vector<place> places;
    std::vector<sign> signs;  // each in a place
};

const layout_of_format& fuzzed() {
    using enum data_format;
    static const layout_of_format all[] = {
        {raw, {{0, 4096}}, {}},
        {qcow2, {{0, 4096}}, {{0, "QFI\xfb"}}},
        {vhd, {{0, 4096}}, {{0, "conectix"}}},
        {vhdx,
         {{0, 8}, {192 * 1024, 128}, {256 * 1024, 256}, {320 * 1024, 64}},
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

struct part_of_disk {
    std::size_t at;
    std::string bytes;

    std::size_t end() const { return at + bytes.size(); }
};

std::vector<part_of_disk> disk_of(std::string_view input) {
    std::vector<part_of_disk> parts;
    for (const auto& [at, size] : fuzzed().places) {
        const bool last = at == fuzzed().places.back().at;
        const auto part = last ? input : input.substr(0, size);
        if (part.empty()) break;
        parts.push_back({at, std::string(part)});
        input.remove_prefix(part.size());
    }
    for (const auto& [at, bytes] : fuzzed().signs) {
        for (auto& part : parts) {
            if (at < part.at || at + bytes.size() > part.end()) continue;
            part.bytes.replace(at - part.at, bytes.size(), bytes);
        }
    }
    return parts;
}

inspection inspect(const std::vector<part_of_disk>& disk, std::size_t piece_max) {
    static const std::vector<std::byte> zeros(320 * 1024);
    format_inspector inspector;
    std::minstd_rand random(static_cast<unsigned>(disk.size()) + 1);
    std::size_t at = 0;
    for (const auto& part : disk) {
        inspector.feed(std::span(zeros).first(part.at - at));
        for (std::string_view rest = part.bytes; !rest.empty();) {
            // A copy of exactly the size, so that the sanitizer sees a read past its end.
            const auto size = std::min(rest.size(), 1 + random() % piece_max);
            const std::vector<char> piece(rest.data(), rest.data() + size);
            inspector.feed(std::as_bytes(std::span(piece)));
            rest.remove_prefix(size);
        }
        at = part.end();
    }
    return inspector.finish();
}

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t size, bool big) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const auto byte = static_cast<unsigned char>(bytes[at + (big ? i : size - 1 - i)]);
        value = value << 8 | byte;
    }
    return value;
}

// The rules of the formats that have some, for a disk that may be stored. All but that of a
// partition table are of what it begins with.
void require_safe(std::string_view begin) {
    using enum data_format;
    switch (fuzzed().format) {
        case qcow2:
            require(number(begin, 8, 8, true) == 0 && (number(begin, 72, 8, true) & 4) == 0);
            require(number(begin, 4, 4, true) == 2 || number(begin, 4, 4, true) == 3);
            require(number(begin, 4, 4, true) == 2 || number(begin, 72, 8, true) < 16);
            return;
        case vmdk: {
            const auto text = begin.substr(512, begin.substr(512).find('\0'));
            require(number(begin, 4, 4, false) <= 3 && number(begin, 28, 8, false) == 1);
            require(text.find("createType=\"monolithicFlat") == text.npos);
            require(text.find("parentFileNameHint") == text.npos);
            return;
        }
        case gpt:
            for (std::size_t i = 0; i < 64; i += 16) require((begin[i] & 0x7f) == 0);
            return;
        case luks: return require(number(begin, 6, 2, true) == 1);
        case qed: return require(false);
        default: return;
    }
}

void require_consistent(const inspection& found) {
    require(!found.matches.empty());
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
        require(!strict.refusal || !strict.virtual_size);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto disk = disk_of({reinterpret_cast<const char*>(data), size});
    const auto whole = inspect(disk, 1 << 20);
    require(inspect(disk, 1) == whole);
    require(inspect(disk, 700) == whole);
    require(whole.bytes == (disk.empty() ? 0 : disk.back().end()));
    require_consistent(whole);
    const bool one = whole.matches.size() == 1 && whole.matches[0].format == fuzzed().format;
    if (one && !disk.empty() && !judge(whole, "raw", {}).refusal) require_safe(disk[0].bytes);
    return 0;
}
