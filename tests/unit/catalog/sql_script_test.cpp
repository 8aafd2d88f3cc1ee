// SPDX-License-Identifier: Apache-2.0
#include "catalog/sql_script.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace glimt {
namespace {

// The test is the database: it notes what was asked and answers with that many changed rows.
template <class T>
T run(script<T> work, std::vector<std::string>& asked, std::int64_t changed) {
    sql_conversation talk;
    work.start(talk);
    while (talk.asked) {
        asked.push_back(talk.asked->text);
        talk.answer = {};
        talk.answer.changed = changed;
        work.go_on(talk);
    }
    return work.take();
}

script<std::int64_t> twice(const std::string& text) {
    const sql_result first = co_await sql_statement{text, {}};
    const sql_result second = co_await sql_statement{text + " again", {}};
    co_return first.changed + second.changed;
}

script<std::int64_t> nested(const std::string& text) {
    const std::int64_t before = co_await twice(text);
    const sql_result last = co_await sql_statement{"last", {}};
    co_return before + last.changed;
}

script<int> silent() { co_return 7; }

script<int> throwing() {
    co_await sql_statement{"one", {}};
    throw std::runtime_error("no");
}

script<int> calls_throwing() {
    const int ignored = co_await throwing();
    co_return ignored;
}

TEST(script, asks_one_statement_after_the_other_at_any_depth) {
    std::vector<std::string> asked;
    EXPECT_EQ(run(nested("x"), asked, 2), 6);
    EXPECT_EQ(asked, (std::vector<std::string>{"x", "x again", "last"}));
}

TEST(script, need_not_ask_anything) {
    std::vector<std::string> asked;
    EXPECT_EQ(run(silent(), asked, 0), 7);
    EXPECT_TRUE(asked.empty());
}

TEST(script, throws_through_whoever_awaits_it) {
    std::vector<std::string> asked;
    EXPECT_THROW(run(calls_throwing(), asked, 0), std::runtime_error);
    EXPECT_EQ(asked.size(), 1U);
}

TEST(script, may_be_left_in_the_middle) {
    const std::string text = "x";
    sql_conversation talk;
    script<std::int64_t> work = nested(text);
    work.start(talk);
    EXPECT_NE(talk.asked, nullptr);
}

}  // namespace
}  // namespace glimt
