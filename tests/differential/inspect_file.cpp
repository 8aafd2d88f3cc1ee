// SPDX-License-Identifier: Apache-2.0
// Prints what glimt makes of disks, for formats_test.py to compare with qemu-img and oslo.utils.
//
//   inspect_file PIECE DISK_FORMAT[,DISK_FORMAT...] FILE...
//
// Reads each file in pieces of PIECE bytes. One line for each:
// {"formats": [name, ...], "verdicts": {disk format: {"refusal": text or null, "virtual_size": n}}}
#include "image/inspection.hpp"

#include <boost/json.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <ranges>
#include <string>
#include <vector>

namespace {

namespace json = boost::json;

glimt::inspection inspect(const std::string& path, std::size_t piece_bytes) {
    std::ifstream file(path, std::ios::binary);
    std::vector<char> piece(piece_bytes);
    glimt::format_inspector inspector;
    do {
        file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        inspector.feed(std::as_bytes(std::span(piece.data(), std::size_t(file.gcount()))));
    } while (file);
    return inspector.finish();
}

json::object verdict_of(const glimt::inspection& found, std::string_view disk_format) {
    const auto verdict = glimt::judge(found, disk_format, {});
    json::object shown;
    shown["refusal"] = verdict.refusal ? json::value(*verdict.refusal) : json::value();
    shown["virtual_size"] = verdict.virtual_size.value_or(0);
    return shown;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() < 3) return 2;
    const auto piece_bytes = std::strtoull(arguments[0].c_str(), nullptr, 10);
    if (piece_bytes == 0) return 2;
    for (const auto& path : arguments | std::views::drop(2)) {
        const auto found = inspect(path, piece_bytes);
        json::array formats;
        for (const auto& match : found.matches)
            formats.push_back(json::value(name_of(match.format)));
        json::object verdicts;
        for (const auto name : arguments[1] | std::views::split(',')) {
            const std::string_view disk_format(name.begin(), name.end());
            verdicts[disk_format] = verdict_of(found, disk_format);
        }
        std::cout << json::serialize(json::object{{"formats", formats}, {"verdicts", verdicts}})
                  << "\n";
    }
}
