// SPDX-License-Identifier: Apache-2.0
#include "proto/message.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace glimt {
namespace {

TEST(message, compares_ascii_letters_only_without_regard_to_case) {
    const struct {
        std::string_view a, b;
        bool equal;
    } rows[] = {
        {"", "", true},
        {"aZ-09_", "Az-09_", true},
        {"host", "hosts", false},
        {"host", "hos", false},
        {"@[", "`{", false},      // neighbours of A and Z, a bit from the
                                  // neighbours of a and z
        {"-", "\r", false},       // '-' without the bit
        {"\xc4", "\xe4", false},  // the same letter in Latin-1
    };
    for (const auto& row : rows) {
        EXPECT_EQ(equal_ignoring_case(row.a, row.b), row.equal) << row.a << ' ' << row.b;
    }
}

TEST(message, finds_the_first_header_of_a_name) {
    request_head head;
    head.headers = {{"Accept", "a"}, {"X-Dup", "b"}, {"x-dup", "c"}};
    ASSERT_NE(head.find("x-dup"), nullptr);
    EXPECT_EQ(head.find("x-dup")->value, "b");
    EXPECT_EQ(head.find("x-du"), nullptr);
    EXPECT_EQ(head.find(""), nullptr);
}

TEST(message, views_of_unfolded_text_outlive_a_move) {
    request_head head;
    head.headers.push_back({"X-Dup", head.unfolded.emplace_back("a, b")});
    head.unfolded.emplace_back("another");
    const request_head moved = std::move(head);
    EXPECT_EQ(moved.find("x-dup")->value.data(), moved.unfolded.front().data());
}

}  // namespace
}  // namespace glimt
