// SPDX-License-Identifier: Apache-2.0
#include "proto/ranges.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>

namespace glimt {

void PrintTo(const range_result& result, std::ostream* out) {
    if (result.range) {
        *out << result.range->first << '-' << result.range->last;
    } else {
        *out << "error " << static_cast<int>(result.error);
    }
}

namespace {

constexpr std::uint64_t most = UINT64_MAX;

constexpr range_result bytes(std::uint64_t first, std::uint64_t last) {
    return {.range = byte_range{first, last}, .error = {}};
}

constexpr range_result error(range_error error) { return {.range = {}, .error = error}; }

struct range_case {
    const char* value;
    std::uint64_t size;
    range_result expected;
};

TEST(ranges, reads_a_range_header) {
    using enum range_error;
    const range_case cases[] = {
        {"bytes=0-0", 10, bytes(0, 0)},
        {"bytes=2-5", 10, bytes(2, 5)},
        {"bytes=0-9", 10, bytes(0, 9)},
        {"bytes=9-9", 10, bytes(9, 9)},
        {"bytes=2-10", 10, bytes(2, 9)},
        {"bytes=2-99999999999999999999999", 10, bytes(2, 9)},
        {"bytes=2-", 10, bytes(2, 9)},
        {"bytes=0-", 10, bytes(0, 9)},
        {"bytes=0-", most, bytes(0, most - 1)},
        {"bytes=18446744073709551614-", most, bytes(most - 1, most - 1)},
        {"bytes=-1", 10, bytes(9, 9)},
        {"bytes=-10", 10, bytes(0, 9)},
        {"bytes=-11", 10, bytes(0, 9)},
        {"bytes=-99999999999999999999999", 10, bytes(0, 9)},
        {"bytes=002-005", 10, bytes(2, 5)},
        {"BYTES = 1 - 3", 10, bytes(1, 3)},
        {"bytes=1- ", 10, bytes(1, 9)},
        {"bytes=10-", 10, error(unsatisfiable)},
        {"bytes=10-12", 10, error(unsatisfiable)},
        {"bytes=99999999999999999999999-", most, error(unsatisfiable)},
        {"bytes=0-", 0, error(unsatisfiable)},
        {"bytes=0-0", 0, error(unsatisfiable)},
        {"bytes=-1", 0, error(unsatisfiable)},
        {"bytes=-0", 10, error(unsatisfiable)},
        {"bytes=5-3", 10, error(malformed)},
        {"bytes=0-5x", 10, error(malformed)},
        {"bytes=x0-5", 10, error(malformed)},
        {"bytes=0x1-5", 10, error(malformed)},
        {"bytes=+1-5", 10, error(malformed)},
        {"bytes=--5", 10, error(malformed)},
        {"bytes=1-2-3", 10, error(malformed)},
        {"bytes=-", 10, error(malformed)},
        {"bytes=5", 10, error(malformed)},
        {"bytes=", 10, error(malformed)},
        {"bytes", 10, error(malformed)},
        {"byte", 10, error(malformed)},
        {"", 10, error(malformed)},
        {"items=0-1", 10, error(malformed)},
        {"bytes 0-1", 10, error(malformed)},
        {"bytes\t=0-1", 10, error(malformed)},
        {"bytes=0-1,4-5", 10, error(several)},
        {"bytes=0-1,", 10, error(several)},
        {"items=0,1", 10, error(several)},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string(c.value) + " of " + std::to_string(c.size));
        EXPECT_EQ(parse_range(c.value, c.size), c.expected);
    }
}

TEST(ranges, reads_a_content_range_header_of_a_request) {
    using enum range_error;
    const range_case cases[] = {
        {"bytes 0-4/*", 10, bytes(0, 4)},
        {"bytes 0-9/*", 10, bytes(0, 9)},
        {"bytes 2-4/10", 10, bytes(2, 4)},
        {"bytes 2-4/5", 10, bytes(2, 4)},
        {"bytes 0-18446744073709551614/*", most, bytes(0, most - 1)},
        {"bytes 0-10/*", 10, error(unsatisfiable)},
        {"bytes 0-4/20", 3, error(unsatisfiable)},
        {"bytes 10-12/*", 10, error(unsatisfiable)},
        {"bytes 0-0/*", 0, error(unsatisfiable)},
        {"bytes */10", 10, error(unsatisfiable)},
        {"bytes */*", 10, error(unsatisfiable)},
        {"bytes 0-5/5", 10, error(malformed)},
        {"bytes 4-0/*", 10, error(malformed)},
        {"bytes 0-4/", 10, error(malformed)},
        {"bytes 0-4", 10, error(malformed)},
        {"bytes 0-4/x", 10, error(malformed)},
        {"bytes 0-4/*x", 10, error(malformed)},
        {"bytes 0-/10", 10, error(malformed)},
        {"bytes -4/10", 10, error(malformed)},
        {"bytes  0-4/*", 10, error(malformed)},
        {"bytes=0-4/*", 10, error(malformed)},
        {"items 0-4/*", 10, error(malformed)},
        {"bytes 0-1,2-3/*", 10, error(malformed)},
        {"", 10, error(malformed)},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string(c.value) + " of " + std::to_string(c.size));
        EXPECT_EQ(parse_content_range(c.value, c.size), c.expected);
    }
}

TEST(ranges, writes_content_range_headers) {
    EXPECT_EQ(content_range({.first = 0, .last = 4}, 10), "bytes 0-4/10");
    EXPECT_EQ(content_range({.first = most - 1, .last = most - 1}, most),
              "bytes 18446744073709551614-18446744073709551614/18446744073709551615");
    EXPECT_EQ(unsatisfied_content_range(0), "bytes */0");
    EXPECT_EQ((byte_range{.first = 2, .last = 5}.size()), 4u);
}

}  // namespace
}  // namespace glimt
