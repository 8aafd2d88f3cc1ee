// SPDX-License-Identifier: Apache-2.0
#include "config/strip.hpp"

#include <algorithm>

namespace glimt {

namespace {

// str.isspace() of Python 3.11, single bytes apart.
constexpr std::string_view single_bytes = " \t\n\r\v\f\x1c\x1d\x1e\x1f";
constexpr std::string_view several_bytes[] = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
    "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
    "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
};

}  // namespace

std::string_view strip_left(std::string_view text) {
    while (!text.empty()) {
        if (single_bytes.find(text.front()) != std::string_view::npos) {
            text.remove_prefix(1);
            continue;
        }
        const auto space =
            std::ranges::find_if(several_bytes, [&](auto s) { return text.starts_with(s); });
        if (space == std::end(several_bytes)) break;
        text.remove_prefix(space->size());
    }
    return text;
}

std::string_view strip_right(std::string_view text) {
    while (!text.empty()) {
        if (single_bytes.find(text.back()) != std::string_view::npos) {
            text.remove_suffix(1);
            continue;
        }
        const auto space =
            std::ranges::find_if(several_bytes, [&](auto s) { return text.ends_with(s); });
        if (space == std::end(several_bytes)) break;
        text.remove_suffix(space->size());
    }
    return text;
}

std::string_view strip(std::string_view text) { return strip_left(strip_right(text)); }

}  // namespace glimt
