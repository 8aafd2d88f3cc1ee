// SPDX-License-Identifier: Apache-2.0
#include "digest/hasher.hpp"

#include <string_view>

namespace glimt {

std::string hexadecimal(std::span<const std::byte> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const std::byte each : bytes) {
        text += digits[std::to_integer<std::size_t>(each >> 4)];
        text += digits[std::to_integer<std::size_t>(each & std::byte(15))];
    }
    return text;
}

}  // namespace glimt
