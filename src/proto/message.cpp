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

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace glimt
