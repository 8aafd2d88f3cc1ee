// SPDX-License-Identifier: Apache-2.0
#include "catalog/database_time.hpp"
#include "catalog/python_json.hpp"
#include "catalog/schema.hpp"
#include "catalog/sql.hpp"
#include "catalog/sqlite_database.hpp"

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

namespace glimt {
namespace {

TEST(database_time, is_written_as_sqlalchemy_does) {
    EXPECT_EQ(to_database_time(timestamp{}), "1970-01-01 00:00:00.000000");
    EXPECT_EQ(to_database_time(timestamp(std::chrono::microseconds(951782399000007))),
              "2000-02-28 23:59:59.000007");
    EXPECT_EQ(to_database_time(timestamp(std::chrono::microseconds(-1))),
              "1969-12-31 23:59:59.999999");
}

TEST(database_time, is_read_with_any_fraction_and_refused_otherwise) {
    struct time_case {
        std::string_view text;
        std::optional<std::int64_t> micros;
    };
    const time_case cases[] = {
        {"1970-01-01 00:00:01.000002", 1000002},
        {"1970-01-01 00:00:01", 1000000},
        {"1970-01-01 00:00:01.5", 1500000},
        {"2024-02-29 00:00:00", 1709164800000000},
        {"2023-02-29 00:00:00", std::nullopt},
        {"1970-01-01T00:00:01", std::nullopt},
        {"1970-01-01 24:00:00", std::nullopt},
        {"1970-01-01 00:00:60", std::nullopt},
        {"1970-01-01 00:00:01.", std::nullopt},
        {"1970-01-01 00:00:01.1234567", std::nullopt},
        {"1970-01-01 00:00:01Z", std::nullopt},
        {"1970-01-01", std::nullopt},
        {"", std::nullopt},
    };
    for (const time_case& c : cases) {
        SCOPED_TRACE(c.text);
        const auto read = database_time_of(c.text);
        ASSERT_EQ(read.has_value(), c.micros.has_value());
        if (read) EXPECT_EQ(read->time_since_epoch().count(), *c.micros);
    }
}

// The right side is what Python 3.11 prints for json.dumps(json.loads(left)).
TEST(python_json, looks_like_json_dumps) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {R"({})", R"({})"},
        {R"({"store":"fast","n":[1,2.5,1.0,-3,true,null]})",
         R"({"store": "fast", "n": [1, 2.5, 1.0, -3, true, null]})"},
        {R"("\"\\\/\b\f\n\r\t\u0001\u007f")", R"("\"\\/\b\f\n\r\t\u0001\u007f")"},
        {R"("\u00e4\u20ac\ud83d\ude00")", R"("\u00e4\u20ac\ud83d\ude00")"},
        {R"([[],{}])", R"([[], {}])"},
        {R"(18446744073709551615)", R"(18446744073709551615)"},
    };
    for (const auto& [given, printed] : cases)
        EXPECT_EQ(python_json(boost::json::parse(given)), printed);
}

TEST(sql, pads_lists_so_that_texts_are_few) {
    const std::vector<std::string> three{"a", "b", "c"};
    sql_writer out;
    const sql_statement made = out.text("x").in(three).take();
    EXPECT_EQ(made.text, "x IN (?, ?, ?, ?)");
    EXPECT_EQ(std::get<std::string>(made.values.back()), "c");
}

TEST(sql, reads_numbers_of_text_only_as_a_whole) {
    EXPECT_EQ(number_in(sql_cell("12")), 12);
    EXPECT_EQ(number_in(sql_cell("12x")), std::nullopt);
    EXPECT_EQ(number_in(sql_cell("")), std::nullopt);
    EXPECT_EQ(number_in(sql_cell()), std::nullopt);
    EXPECT_EQ(text_in(sql_cell(std::int64_t{7})), "7");
}

TEST(sqlite, takes_the_urls_of_sqlalchemy) {
    const std::pair<std::string_view, std::optional<std::string>> cases[] = {
        {"sqlite:///glance.sqlite", "glance.sqlite"},
        {"sqlite:////var/lib/glance/glance.sqlite", "/var/lib/glance/glance.sqlite"},
        {"sqlite+pysqlite:////a?timeout=5", "/a"},
        {"sqlite://", ""},
        {"sqlite:///:memory:", ""},
        {"sqlite://host/a", std::nullopt},
        {"mysql+pymysql://glance:secret@db/glance", std::nullopt},
        {"glance.sqlite", std::nullopt},
        {"", std::nullopt},
    };
    for (const auto& [url, path] : cases) {
        SCOPED_TRACE(url);
        EXPECT_EQ(sqlite_path_of(url), path);
    }
}

TEST(schema, knows_its_revisions_and_names_the_others) {
    const std::vector<std::string> debian{"wallaby_contract01"}, newest{"2024_1_contract01"},
        half{"2024_1_expand01", "2023_1_contract01"}, future{"2031_1_contract01"}, none;
    EXPECT_EQ(schema_refusal(debian), "");
    EXPECT_EQ(schema_refusal(newest), "");
    EXPECT_EQ(schema_refusal(half), "");
    EXPECT_NE(schema_refusal(none), "");
    EXPECT_NE(schema_refusal(future).find("2031_1_contract01"), std::string::npos);
    EXPECT_NE(schema_refusal(future).find("2024_1_contract01"), std::string::npos);
}

}  // namespace
}  // namespace glimt
