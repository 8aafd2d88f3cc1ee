// SPDX-License-Identifier: Apache-2.0
#include "api/filter_text.hpp"

#include "core/problem.hpp"

#include <gmock/gmock.h>

#include <limits>

using namespace glimt;
using ::testing::ElementsAreArray;

namespace {

timestamp second_of_2001(int second) {
    return timestamp(std::chrono::sys_days(std::chrono::year(2001) / 1 / 1)) +
           std::chrono::seconds(second);
}

TEST(filter_text, an_operator_stands_before_the_first_colon) {
    const struct {
        const char* text;
        const char* how;
        const char* operand;
    } cases[] = {
        {"apple", "eq", "apple"},
        {"", "eq", ""},
        {"eq:a:b", "eq", "a:b"},
        {"in:", "in", ""},
        {":a", "", "a"},
        {"2001-01-01T00:00:02Z", "eq", "2001-01-01T00:00:02Z"},
        {"gt:2001-01-01T00:00:02Z", "gt", "2001-01-01T00:00:02Z"},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.text);
        const filter_text read = split_filter(one.text);
        EXPECT_EQ(read.how, one.how);
        EXPECT_EQ(read.operand, one.operand);
    }
}

TEST(filter_text, quotes_protect_commas) {
    const struct {
        const char* text;
        std::vector<std::string> values;
    } cases[] = {
        {"", {}},
        {"a", {"a"}},
        {"a,b", {"a", "b"}},
        {"a, b", {"a", " b"}},
        {"a,,b", {"a", "", "b"}},
        {"a,", {"a"}},
        {",", {""}},
        {"\"a, b\",c", {"a, b", "c"}},
        {"c,\"a, b\"", {"c", "a, b"}},
        {"\"a\\\"b\"", {"a\\\"b"}},
        {"\"\"", {""}},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.text);
        EXPECT_THAT(split_values(one.text), ElementsAreArray(one.values));
    }
}

TEST(filter_text, quotes_that_stand_wrong_are_refused) {
    const struct {
        const char* text;
        const char* why;
    } cases[] = {
        {"\"a", "Invalid filter value \"a. The quote is not closed."},
        {"a\"b\"", "Invalid filter value a\"b\". There is no comma before opening quotation mark."},
        {"\"a\"b", "Invalid filter value \"a\"b. There is no comma after closing quotation mark."},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.text);
        try {
            split_values(one.text);
            ADD_FAILURE() << "nothing was thrown";
        } catch (const problem& refused) {
            EXPECT_EQ(refused.why(), reason::invalid);
            EXPECT_EQ(refused.detail(), one.why);
        }
    }
}

TEST(filter_text, times_are_read_as_python_reads_them) {
    const struct {
        const char* text;
        std::optional<timestamp> when;
    } cases[] = {
        {"2001", second_of_2001(0)},
        {"2001-01", second_of_2001(0)},
        {"2001-1-1", second_of_2001(0)},
        {"20010101", second_of_2001(0)},
        {"2001-01-01T00:00:02Z", second_of_2001(2)},
        {"2001-01-01 00:00:02", second_of_2001(2)},
        {"20010101T000002Z", second_of_2001(2)},
        {"2001-01-01T00:01", second_of_2001(60)},
        {"2001-01-01T01", second_of_2001(3600)},
        {"2001-01-01T01:00:02+01:00", second_of_2001(2)},
        {"2000-12-31T23:00:02-0100", second_of_2001(2)},
        {"2001-01-01T00:00:02.5Z", second_of_2001(2) + std::chrono::milliseconds(500)},
        {"2001-01-01T00:00:02,1234567Z", second_of_2001(2) + std::chrono::microseconds(123456)},
        {"", {}},
        {"nope", {}},
        {"200101", {}},
        {"2001-13-01", {}},
        {"2001-02-30", {}},
        {"2001-01-01T24:00:00", {}},
        {"2001-01-01T00:00:02X", {}},
        {"2001-01-01T00:00:02.Z", {}},
        {"2001-01-01T00:00:02Z ", {}},
        {"0000-01-01", {}},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.text);
        EXPECT_EQ(read_iso_time(one.text), one.when);
    }
}

TEST(filter_text, numbers_are_read_as_python_reads_them) {
    using range = std::numeric_limits<std::int64_t>;
    const struct {
        const char* text;
        std::optional<std::int64_t> number;
    } cases[] = {
        {"0", 0},
        {"-1", -1},
        {" +12\n", 12},
        {"1_000", 1000},
        {"9223372036854775806", range::max() - 1},
        {"99999999999999999999", range::max()},
        {"-99999999999999999999", range::min()},
        {"", {}},
        {"+", {}},
        {"1__0", {}},
        {"_1", {}},
        {"1_", {}},
        {"1.5", {}},
        {"+-1", {}},
        {"0x1", {}},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.text);
        EXPECT_EQ(read_python_integer(one.text), one.number);
    }
}

}  // namespace
