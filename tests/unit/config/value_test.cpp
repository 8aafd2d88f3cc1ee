// SPDX-License-Identifier: Apache-2.0
// The differential test compares with oslo.config itself; here are the bounds, and what is ours.
#include "config/value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace glimt {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(value, a_number_keeps_within_its_bounds_and_its_type) {
    const struct {
        const char* what;
        std::int64_t min, max;
        bool good;
        std::uint16_t expect;
    } cases[] = {
        {"0", 0, 65535, true, 0},
        {"65535", 0, 65535, true, 65535},
        {"65536", 0, 65535, false, 0},
        {"-1", 0, 65535, false, 0},
        {"65536", 0, 1 << 20, false, 0},  // the type's own bound
        {"1", 2, 3, false, 0},
        {"2", 2, 3, true, 2},
        {"3", 2, 3, true, 3},
        {"4", 2, 3, false, 0},
        {"+7", 0, 9, true, 7},
        {" 1_0 ", 0, 99, true, 10},
        {"007", 0, 9, true, 7},
        {"1.0", 0, 9, false, 0},
        {"0x1", 0, 9, false, 0},
        {"9223372036854775808", 0, 9, false, 0},
        {"_1", 0, 9, false, 0},
        {"1_", 0, 9, false, 0},
        {"1__0", 0, 99, false, 0},
        {"+-1", -9, 9, false, 0},
        {"++1", 0, 9, false, 0},
        {"1 2", 0, 99, false, 0},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        std::uint16_t read = 0;
        EXPECT_EQ(read_value(c.what, {c.min, c.max}, read).empty(), c.good);
        EXPECT_EQ(read, c.expect);
    }
}

TEST(value, a_blank_number_leaves_the_default) {
    std::uint32_t number = 5;
    std::chrono::milliseconds wait = 7s;
    EXPECT_EQ(read_value(" ", {}, number), "");
    EXPECT_EQ(read_value("", {}, wait), "");
    EXPECT_EQ(number, 5u);
    EXPECT_EQ(wait, 7s);
}

TEST(value, seconds_may_have_a_fraction_but_no_end_of_time) {
    const struct {
        const char* what;
        bool good;
        std::chrono::milliseconds expect;
    } cases[] = {
        {"0", true, 0ms},
        {"1.5", true, 1500ms},
        {".001", true, 1ms},
        {"1e3", true, 1000s},
        {"1000000000", true, 1000000000s},
        {"1000000001", false, 9ms},
        {"-0.1", false, 9ms},
        {"inf", false, 9ms},
        {"nan", false, 9ms},
        {"5s", false, 9ms},
        {"nan(1)", false, 9ms},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        std::chrono::milliseconds read = 9ms;
        EXPECT_EQ(read_value(c.what, {}, read).empty(), c.good);
        EXPECT_EQ(read, c.expect);
    }
}

TEST(value, a_list_drops_commas_at_its_end_only) {
    const struct {
        const char* what;
        std::vector<std::string> expect;
    } cases[] = {
        {"", {}},
        {" , ,", {"", ""}},
        {"a", {"a"}},
        {" a , b ", {"a", "b"}},
        {"a,,b,,", {"a", "", "b"}},
        {",a", {"", "a"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        std::vector<std::string> read;
        EXPECT_EQ(read_list(c.what, read), "");
        EXPECT_EQ(read, c.expect);
    }
}

TEST(value, a_dictionary_keeps_its_order) {
    dictionary read;
    EXPECT_EQ(read_dictionary("slow:file , fast : rbd:ssd", read), "");
    EXPECT_THAT(read, ElementsAre(Pair("slow", "file"), Pair("fast", "rbd:ssd")));
    EXPECT_EQ(to_text(read), "slow:file,fast:rbd:ssd");
    EXPECT_EQ(read_dictionary("a,b:c", read), "");
    EXPECT_THAT(read, ElementsAre(Pair("a,b", "c")));
    EXPECT_EQ(read_dictionary("", read), "");
    EXPECT_THAT(read, IsEmpty());
    for (const char* bad : {"a", "a:b,", "a:b,c", ":b", " :b", "a:b,a:c"}) {
        SCOPED_TRACE(bad);
        EXPECT_NE(read_dictionary(bad, read), "");
    }
}

TEST(value, truth_has_eight_spellings) {
    for (const char* word : {"true", "TRUE", "1", "On", "yes"}) {
        bool read = false;
        EXPECT_EQ(read_boolean(word, read), "") << word;
        EXPECT_TRUE(read) << word;
    }
    for (const char* word : {"false", "False", "0", "OFF", "no"}) {
        bool read = true;
        EXPECT_EQ(read_boolean(word, read), "") << word;
        EXPECT_FALSE(read) << word;
    }
    bool read = false;
    for (const char* word : {"", "t", "2", "true ", "maybe"})
        EXPECT_NE(read_boolean(word, read), "") << word;
}

TEST(value, a_number_of_bytes_may_have_a_unit) {
    const struct {
        std::string_view text;
        std::optional<std::uint64_t> expect;
    } cases[] = {
        {"0", 0},
        {"10", 10},
        {"10B", 10},
        {"1KB", 1024},
        {"3MB", 3ull << 20},
        {"2GB", 2ull << 30},
        {"1TB", 1ull << 40},
        {"9223372036854775807", INT64_MAX},
        {"9223372036854775808", {}},
        {"8388607TB", 8388607ull << 40},
        {"8388608TB", {}},
        {"18446744073709551616", {}},
        {"", {}},
        {"GB", {}},
        {"-1", {}},
        {"1.5GB", {}},
        {"1 GB", {}},
        {"1K", {}},
        {"1kB", {}},
        {"1PB", {}},
        {"1KMB", {}},
        {"1BB", {}},
        {"1GB ", {}},
    };
    for (const auto& c : cases) EXPECT_EQ(read_byte_count(c.text), c.expect) << c.text;
}

TEST(value, a_loop_is_one_of_three) {
    for (const char* name : {"auto", "uring", "epoll"}) {
        loop_choice read = loop_choice::automatic;
        EXPECT_EQ(read_value(name, {}, read), "");
        EXPECT_EQ(to_text(read), name);
    }
    loop_choice read = loop_choice::automatic;
    EXPECT_EQ(read_value("kqueue", {}, read), "must be auto, uring or epoll");
}

TEST(value, numbers_may_be_a_list) {
    struct {
        const char* text;
        std::vector<std::uint16_t> expected;
        const char* complaint;
    } const cases[] = {{"80, 443", {80, 443}, ""},
                       {"[8080]", {8080}, ""},
                       {"", {}, ""},
                       {"[]", {}, ""},
                       {"80,", {80}, ""},
                       {"0", {}, "must be 1 to 65535"},
                       {"65536", {}, "must be 1 to 65535"},
                       {"80,,443", {}, "has an empty item"},
                       {"http", {}, "is not a whole number"}};
    for (const auto& c : cases) {
        std::vector<std::uint16_t> read{1};
        EXPECT_EQ(read_value(c.text, limits{1, 65535}, read), c.complaint) << c.text;
        if (*c.complaint == '\0') EXPECT_EQ(read, c.expected) << c.text;
    }
    EXPECT_EQ(to_text(std::vector<std::uint16_t>{80, 443}), "80,443");
}

TEST(value, addresses_to_listen_on_are_a_list) {
    std::vector<listen_address> read;
    EXPECT_EQ(read_value("127.0.0.1:1, unix:/s?mode=600", {}, read), "");
    EXPECT_EQ(to_text(read), "127.0.0.1:1, unix:/s?mode=600");
    EXPECT_EQ(read_value(":1, nonsense", {}, read),
              "'nonsense': expected host:port, [address]:port or unix:/path");
}

}  // namespace
}  // namespace glimt
