// SPDX-License-Identifier: Apache-2.0
#include "catalog/kept_answers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace glimt::testing {
namespace {

// One row with one text, which nobody has to own.
sql_result answer_of(std::size_t bytes) {
    static const std::string text(100'000, 'x');
    sql_result made;
    made.memory = std::make_shared<std::pmr::monotonic_buffer_resource>();
    auto* cell = static_cast<sql_cell*>(made.memory->allocate(sizeof(sql_cell)));
    std::construct_at(cell, std::string_view(text).substr(0, bytes));
    made.rows.emplace_back(cell, 1);
    return made;
}

std::vector<sql_value> values_of(std::string text) { return {std::int64_t{1}, std::move(text)}; }

struct kept_answers_test : ::testing::Test {
    kept_answers_test() { kept.see_version(1); }

    std::size_t bytes_kept(const std::string& value) const {
        const auto found = kept.find(&one, values_of(value));
        return found ? std::get<std::string_view>(found->rows.at(0)[0]).size() : 0;
    }

    kept_answers kept{10'000};
    int one = 0, other = 0;  // statements
};

TEST_F(kept_answers_test, an_answer_is_that_of_one_statement_and_its_values) {
    EXPECT_EQ(bytes_kept("a"), 0U);
    kept.keep(&one, values_of("a"), answer_of(10));
    kept.keep(&one, values_of("b"), answer_of(20));
    EXPECT_EQ(bytes_kept("a"), 10U);
    EXPECT_EQ(bytes_kept("b"), 20U);
    EXPECT_EQ(bytes_kept("c"), 0U);
    EXPECT_FALSE(kept.find(&other, values_of("a")));
    EXPECT_FALSE(kept.find(&one, {}));
    const std::vector<sql_value> text_for_a_number = {std::string("1"), std::string("a")};
    EXPECT_FALSE(kept.find(&one, text_for_a_number));
}

TEST_F(kept_answers_test, another_version_has_no_answers_yet) {
    kept.keep(&one, values_of("a"), answer_of(10));
    kept.see_version(1);
    EXPECT_EQ(bytes_kept("a"), 10U);
    kept.see_version(2);
    EXPECT_EQ(bytes_kept("a"), 0U);
    kept.keep(&one, values_of("a"), answer_of(20));
    EXPECT_EQ(bytes_kept("a"), 20U);
    kept.forget();
    EXPECT_EQ(bytes_kept("a"), 0U);
}

TEST_F(kept_answers_test, an_answer_outlives_being_forgotten) {
    kept.keep(&one, values_of("a"), answer_of(10));
    const auto found = kept.find(&one, values_of("a"));
    kept.forget();
    ASSERT_TRUE(found);
    EXPECT_EQ(std::get<std::string_view>(found->rows.at(0)[0]), "xxxxxxxxxx");
}

TEST_F(kept_answers_test, rows_that_are_moved_about_stay_in_place_for_others) {
    sql_result two = answer_of(10);
    two.rows.push_back(answer_of(20).rows[0].subspan(1));
    kept.keep(&one, values_of("a"), two);
    auto mine = kept.find(&one, values_of("a"));
    std::swap(mine->rows[0], mine->rows[1]);
    EXPECT_EQ(bytes_kept("a"), 10U);
}

TEST_F(kept_answers_test, no_more_is_kept_than_there_is_room_for) {
    kept.keep(&one, values_of("large"), answer_of(5'000));
    EXPECT_EQ(bytes_kept("large"), 0U);
    for (int i = 0; i < 100; ++i) kept.keep(&one, values_of(std::to_string(i)), answer_of(1'000));
    int there = 0;
    for (int i = 0; i < 100; ++i) there += bytes_kept(std::to_string(i)) > 0;
    EXPECT_GT(there, 0);
    EXPECT_LT(there, 10);
    EXPECT_EQ(bytes_kept("99"), 1'000U);
}

}  // namespace
}  // namespace glimt::testing
