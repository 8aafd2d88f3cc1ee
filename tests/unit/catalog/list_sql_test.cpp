// SPDX-License-Identifier: Apache-2.0
#include "catalog/list_sql.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace glimt {
namespace {

image_query everything() {
    image_query query;
    query.viewer = {.project = "p", .is_admin = false};
    query.visibility = every_visibility{};
    query.is_protected = true;
    query.texts = {{image_column::name, {"a'b", "c"}}, {image_column::status, {"active"}}};
    query.numbers = {{image_column::size, sql_comparison::greater_or_equal, 1}};
    query.times = {{image_column::updated_at, sql_comparison::less, timestamp{}}};
    query.properties = {{"os'", "x"}};
    query.tags = {"t\""};
    query.order = {{image_column::size, true}, {image_column::name, false}};
    query.marker = "m";
    return query;
}

TEST(list_sql, binds_every_value) {
    const sql_statement made = page_statement(everything(), list_plan::anywhere);
    const auto places = std::ranges::count(made.text, '?');
    EXPECT_EQ(static_cast<std::size_t>(places), made.values.size());
    for (const std::string_view value : {"a'b", "os'", "t\"", "1970"})
        EXPECT_EQ(made.text.find(value), std::string::npos) << value;
}

TEST(list_sql, parentheses_close) {
    for (const std::size_t keys : {0U, 1U, 2U, 3U}) {
        image_query query = everything();
        const image_order all[] = {{image_column::created_at, true},
                                   {image_column::size, false},
                                   {image_column::name, true}};
        query.order.assign(all, all + keys);
        const sql_statement made = page_statement(query, list_plan::anywhere);
        EXPECT_EQ(std::ranges::count(made.text, '('), std::ranges::count(made.text, ')')) << keys;
    }
}

TEST(list_sql, an_order_is_completed_in_the_direction_of_its_last_key) {
    image_query query;
    query.order = {{image_column::name, true}, {image_column::size, false}};
    const sql_statement made = page_statement(query, list_plan::anywhere);
    EXPECT_NE(made.text.find("ORDER BY COALESCE(images.name, '') DESC, COALESCE(images.size, 0), "
                             "images.created_at, images.id LIMIT ?"),
              std::string::npos)
        << made.text;
}

TEST(list_sql, the_newest_are_looked_at_only_in_the_order_of_age) {
    image_query query;
    EXPECT_EQ(first_plan(query), list_plan::among_recent);
    query.order = {{image_column::created_at, false}};
    EXPECT_EQ(first_plan(query), list_plan::among_recent);
    query.order = {{image_column::updated_at, true}, {image_column::name, false}};
    EXPECT_EQ(first_plan(query), list_plan::among_recent);
    query.order = {{image_column::name, false}, {image_column::created_at, false}};
    EXPECT_EQ(first_plan(query), list_plan::anywhere);
}

TEST(list_sql, what_an_admin_sees_unfiltered_is_not_looked_for_among_the_newest) {
    image_query query;
    query.viewer.is_admin = true;
    EXPECT_EQ(first_plan(query), list_plan::anywhere);
    query.visibility = every_visibility();
    EXPECT_EQ(first_plan(query), list_plan::anywhere);
    query.tags = {"rare"};
    EXPECT_EQ(first_plan(query), list_plan::among_recent);
}

}  // namespace
}  // namespace glimt
