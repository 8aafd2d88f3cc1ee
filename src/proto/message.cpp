// SPDX-License-Identifier: Apache-2.0
#include "proto/message.hpp"

#include <algorithm>

namespace glimt {

namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

}  // namespace

const header* request_head::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find_if(
        headers, [name](const header& h) { return equal_ignoring_case(h.name, name); });
    return found == headers.end() ? nullptr : &*found;
}

std::string_view trimmed(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace glimt
