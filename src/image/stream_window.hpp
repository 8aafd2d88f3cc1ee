// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace glimt {

// Parts of a stream that is seen once, in order, in slices of any size. Offsets may be whatever a
// stranger wrote, up to 2^64 - 1: nothing here overflows, and a part that never comes costs
// nothing.

// The end of a range, or the largest number where the sum would be larger.
constexpr std::uint64_t range_end(std::uint64_t begin, std::uint64_t size) noexcept {
    constexpr auto max = std::numeric_limits<std::uint64_t>::max();
    return size > max - begin ? max : begin + size;
}

// What of `bytes`, the first of which is at offset `at`, lies from `begin` to before `end`.
constexpr std::span<const std::byte> part_within(std::uint64_t begin, std::uint64_t end,
                                                 std::uint64_t at,
                                                 std::span<const std::byte> bytes) noexcept {
    const auto bytes_end = range_end(at, bytes.size());
    const auto from = std::max(begin, at), to = std::min(end, bytes_end);
    if (from >= to) return {};
    return bytes.subspan(static_cast<std::size_t>(from - at), static_cast<std::size_t>(to - from));
}

// Keeps the Size bytes that begin at a fixed offset.
template <std::size_t Size>
class captured_region {
public:
    explicit constexpr captured_region(std::uint64_t begin) noexcept : begin_(begin) {}

    void feed(std::uint64_t at, std::span<const std::byte> bytes) noexcept {
        if (size_ == Size) return;
        const auto part = part_within(begin_, range_end(begin_, Size), at, bytes);
        std::ranges::copy(part, bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
        size_ += part.size();
    }

    bool complete() const noexcept { return size_ == Size; }

    // Those that came so far.
    std::span<const std::byte> bytes() const noexcept { return std::span(bytes_).first(size_); }

private:
    std::uint64_t begin_;
    std::size_t size_ = 0;
    std::array<std::byte, Size> bytes_;
};

// Keeps the last Size bytes of a stream.
template <std::size_t Size>
class captured_tail {
public:
    void feed(std::span<const std::byte> bytes) noexcept {
        const auto last = bytes.last(std::min(bytes.size(), Size));
        const auto kept = std::min(size_, Size - last.size());
        const auto end = bytes_.begin() + static_cast<std::ptrdiff_t>(size_);
        std::copy(end - static_cast<std::ptrdiff_t>(kept), end, bytes_.begin());
        std::ranges::copy(last, bytes_.begin() + static_cast<std::ptrdiff_t>(kept));
        size_ = kept + last.size();
    }

    bool complete() const noexcept { return size_ == Size; }
    std::span<const std::byte> bytes() const noexcept { return std::span(bytes_).first(size_); }

private:
    std::size_t size_ = 0;
    std::array<std::byte, Size> bytes_;
};

}  // namespace glimt
