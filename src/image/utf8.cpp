// SPDX-License-Identifier: Apache-2.0
#include "image/utf8.hpp"

#include <algorithm>

namespace glimt {

code_point first_code_point(std::string_view text) noexcept {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0xc0) return {first, 1};
    const std::size_t announced = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const std::size_t size = std::min(announced, text.size());
    std::uint32_t value = first & (0xffu >> (announced + 1));
    for (std::size_t i = 1; i < size; ++i) {
        value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
    }
    return {value, size};
}

std::size_t count_code_points(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80; }));
}

bool has_four_byte_character(std::string_view text) noexcept {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0xf0; });
}

}  // namespace glimt
