// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace glimt {

// Text is well-formed UTF-8 here: it came through a JSON parser or a checked path.

struct code_point {
    std::uint32_t value;
    std::size_t size;  // bytes, 1 to 4, and never more than there are
};

// The one that `text`, which is not empty, begins with.
code_point first_code_point(std::string_view text) noexcept;

// How many characters Python, and so a "maxLength", counts.
std::size_t count_code_points(std::string_view text) noexcept;

// Whether a character is beyond the Basic Multilingual Plane. MySQL's utf8mb3 cannot store one, and
// Glance refuses it everywhere (contract 1.3).
bool has_four_byte_character(std::string_view text) noexcept;

}  // namespace glimt
