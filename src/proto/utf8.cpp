// SPDX-License-Identifier: Apache-2.0
#include "proto/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace glimt {
namespace {

// A row of RFC 3629 4: sequences that begin with a byte from `first` to `last` have `more` bytes
// after it, the nearest of them between `low` and `high`, the others between 0x80 and 0xbf. That
// leaves out overlong forms, surrogates and what is above U+10FFFF.
struct utf8_row {
    unsigned char first, last, low, high;
    std::size_t more;
};

constexpr std::array<utf8_row, 9> utf8_rows{{
    {0x00, 0x7f, 0x80, 0xbf, 0},
    {0xc2, 0xdf, 0x80, 0xbf, 1},
    {0xe0, 0xe0, 0xa0, 0xbf, 2},
    {0xe1, 0xec, 0x80, 0xbf, 2},
    {0xed, 0xed, 0x80, 0x9f, 2},
    {0xee, 0xef, 0x80, 0xbf, 2},
    {0xf0, 0xf0, 0x90, 0xbf, 3},
    {0xf1, 0xf3, 0x80, 0xbf, 3},
    {0xf4, 0xf4, 0x80, 0x8f, 3},
}};

}  // namespace

bool is_utf8(std::string_view text) noexcept {
    const auto between = [](char c, unsigned char low, unsigned char high) {
        return static_cast<unsigned char>(c) >= low && static_cast<unsigned char>(c) <= high;
    };
    while (!text.empty()) {
        const auto row = std::ranges::find_if(
            utf8_rows, [&](const utf8_row& r) { return between(text.front(), r.first, r.last); });
        if (row == utf8_rows.end() || text.size() <= row->more) return false;
        if (row->more > 0 && !between(text[1], row->low, row->high)) return false;
        for (std::size_t at = 2; at <= row->more; ++at) {
            if (!between(text[at], 0x80, 0xbf)) return false;
        }
        text.remove_prefix(row->more + 1);
    }
    return true;
}

}  // namespace glimt
