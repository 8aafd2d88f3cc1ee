// SPDX-License-Identifier: Apache-2.0
#include "core/clock.hpp"

#include <gtest/gtest.h>

namespace glimt {
namespace {

using namespace std::chrono_literals;

wall_time at(std::chrono::nanoseconds since_1970) { return wall_time(since_1970); }

TEST(iso8601, prints_as_glance_does) {
    const struct {
        const char* what;
        std::chrono::nanoseconds since_1970;
        const char* expect;
    } cases[] = {
        {"the epoch", 0ns, "1970-01-01T00:00:00Z"},
        {"the contract's example", 1795344607s, "2026-11-22T10:50:07Z"},
        {"parts of a second are cut", 1795344607s + 999'999'999ns, "2026-11-22T10:50:07Z"},
        {"before the epoch rounds down too", -1ns, "1969-12-31T23:59:59Z"},
        {"a leap day's last second", 1709251199s, "2024-02-29T23:59:59Z"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        EXPECT_EQ(iso8601(at(c.since_1970)), c.expect);
    }
}

TEST(manual_clock, stands_still_until_it_is_advanced) {
    manual_clock time(at(100s));
    const auto began = time.steady();
    EXPECT_EQ(time.wall(), at(100s));

    time.advance(1500ms);
    EXPECT_EQ(time.wall(), at(101s + 500ms));
    EXPECT_EQ(time.steady() - began, 1500ms);
}

TEST(manual_clock, keeps_its_steady_time_when_the_wall_clock_is_set) {
    manual_clock time(at(100s));
    const auto began = time.steady();
    time.set_wall(at(50s));
    EXPECT_EQ(time.wall(), at(50s));
    EXPECT_EQ(time.steady(), began);
}

TEST(real_clock, agrees_with_the_machine) {
    const real_clock time;
    const auto wall_before = std::chrono::system_clock::now();
    const auto steady_before = std::chrono::steady_clock::now();
    const clock& seen_as_clock = time;
    EXPECT_LE(wall_before - 1s, seen_as_clock.wall());
    EXPECT_LE(steady_before, seen_as_clock.steady());
    EXPECT_LE(seen_as_clock.steady(), std::chrono::steady_clock::now());
}

}  // namespace
}  // namespace glimt
