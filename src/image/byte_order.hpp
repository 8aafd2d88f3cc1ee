// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/endian/conversion.hpp>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace glimt {

// Numbers and texts at fixed places in bytes that are known to be there.

template <class Number>
Number big_endian(std::span<const std::byte> bytes, std::size_t at) noexcept {
    assert(at + sizeof(Number) <= bytes.size());
    Number number;
    std::memcpy(&number, bytes.data() + at, sizeof number);
    return boost::endian::big_to_native(number);
}

template <class Number>
Number little_endian(std::span<const std::byte> bytes, std::size_t at) noexcept {
    assert(at + sizeof(Number) <= bytes.size());
    Number number;
    std::memcpy(&number, bytes.data() + at, sizeof number);
    return boost::endian::little_to_native(number);
}

inline bool has_text_at(std::span<const std::byte> bytes, std::size_t at,
                        std::string_view text) noexcept {
    return bytes.size() >= at + text.size() &&
           std::memcmp(bytes.data() + at, text.data(), text.size()) == 0;
}

}  // namespace glimt
