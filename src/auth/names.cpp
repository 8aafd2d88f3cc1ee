// SPDX-License-Identifier: Apache-2.0
#include "auth/names.hpp"

#include "config/strip.hpp"

#include <ranges>

namespace glimt {

std::vector<std::string> names_of(std::string_view text) {
    std::vector<std::string> names;
    if (text.empty()) return names;
    for (const auto part : text | std::views::split(','))
        names.emplace_back(strip(std::string_view(part.begin(), part.end())));
    return names;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

}  // namespace glimt
