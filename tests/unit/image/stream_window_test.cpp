// SPDX-License-Identifier: Apache-2.0
#include "image/stream_window.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using namespace glimt;

constexpr auto u64_max = ~std::uint64_t{0};

std::string_view text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

TEST(stream_window, a_part_of_a_slice) {
    const struct {
        std::uint64_t begin, end, at;
        const char* expected;
    } cases[] = {
        {0, 10, 0, "abcdef"},
        {0, 6, 0, "abcdef"},
        {2, 4, 0, "cd"},
        {4, 10, 0, "ef"},
        {6, 10, 0, ""},
        {0, 0, 0, ""},
        {3, 3, 0, ""},
        {5, 2, 0, ""},
        {100, 103, 100, "abc"},
        {0, 103, 100, "abc"},
        {0, 100, 100, ""},
        {106, 200, 100, ""},
        {u64_max - 1, u64_max, 100, ""},
        {u64_max - 2, u64_max, u64_max - 4, "cd"},
        {0, u64_max, 0, "abcdef"},
    };
    for (const auto& [begin, end, at, expected] : cases) {
        SCOPED_TRACE(std::to_string(begin) + " to " + std::to_string(end));
        EXPECT_EQ(text_of(part_within(begin, end, at, bytes_of("abcdef"))), expected);
    }
}

TEST(stream_window, an_end_that_would_be_too_large_is_the_largest) {
    EXPECT_EQ(range_end(3, 4), 7u);
    EXPECT_EQ(range_end(u64_max - 1, 1), u64_max);
    EXPECT_EQ(range_end(u64_max - 1, 2), u64_max);
    EXPECT_EQ(range_end(u64_max, u64_max), u64_max);
}

// Both are the same for a stream cut into pieces of any size.
TEST(stream_window, a_region_and_a_tail_are_kept) {
    constexpr std::string_view stream = "0123456789";
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        SCOPED_TRACE("pieces of " + std::to_string(size));
        captured_region<3> region(4);
        captured_region<4> beyond(8);
        captured_tail<4> tail;
        for (std::size_t at = 0; at < stream.size(); at += size) {
            const auto piece = bytes_of(stream.substr(at, size));
            region.feed(at, piece);
            beyond.feed(at, piece);
            tail.feed(piece);
        }
        EXPECT_EQ(text_of(region.bytes()), "456");
        EXPECT_TRUE(region.complete());
        EXPECT_EQ(text_of(beyond.bytes()), "89");
        EXPECT_FALSE(beyond.complete());
        EXPECT_EQ(text_of(tail.bytes()), "6789");
        EXPECT_TRUE(tail.complete());
    }
}

TEST(stream_window, a_tail_longer_than_the_stream_is_not_complete) {
    captured_tail<4> tail;
    tail.feed(bytes_of("ab"));
    tail.feed(bytes_of(""));
    tail.feed(bytes_of("c"));
    EXPECT_EQ(text_of(tail.bytes()), "abc");
    EXPECT_FALSE(tail.complete());
}

}  // namespace
