// SPDX-License-Identifier: Apache-2.0
#include "api/errors.hpp"

#include "api_fixture.hpp"

#include <map>

using namespace glimt;
using glimt::testing::plain_request;
using glimt::testing::text_at;
using glimt::testing::value_of;

namespace {

const std::map<std::string, reason> reasons = {
    {"invalid", reason::invalid},
    {"unauthorized", reason::unauthorized},
    {"forbidden", reason::forbidden},
    {"not_found", reason::not_found},
    {"bad_method", reason::bad_method},
    {"conflict", reason::conflict},
    {"gone", reason::gone},
    {"too_large", reason::too_large},
    {"unsupported", reason::unsupported},
    {"bad_range", reason::bad_range},
    {"headers_too_large", reason::headers_too_large},
    {"internal", reason::internal},
    {"not_implemented", reason::not_implemented},
    {"unavailable", reason::unavailable},
};

TEST(errors_test, bodies_are_those_of_webob) {
    const auto data = glimt::testing::read_json("webob.json");
    const auto& rows = data.at("errors").as_array();
    ASSERT_EQ(rows.size(), reasons.size() * 2 * 7 * 3);
    for (const auto& one : rows) {
        const auto& row = one.as_object();
        SCOPED_TRACE(boost::json::serialize(row));
        const layout how =
            row.at("layout") == "text_only" ? layout::text_only : layout::sentence_first;
        plain_request asked{"M<x", "/", {}};
        if (row.at("accept") != "") asked.headers.emplace_back("Accept", text_at(row, "accept"));
        if (row.at("has_type").as_bool()) asked.headers.emplace_back("content-type", "text/x&y");
        const problem why(reasons.at(text_at(row, "reason")), text_at(row, "detail"), how);
        const response answered = error_response(why, asked.head());
        EXPECT_EQ(answered.status, row.at("status").as_int64());
        EXPECT_EQ(value_of(answered, "Content-Type"), text_at(row, "type"));
        EXPECT_EQ(answered.text, text_at(row, "text"));
    }
}

TEST(errors_test, carries_the_headers_of_the_problem) {
    const problem why =
        problem(reason::unsupported).with_header("Accept-Patch", "a/b").with_header("Allow", "GET");
    for (const char* method : {"GET", "HEAD"}) {
        const response answered = error_response(why, plain_request{method, "/", {}}.head());
        EXPECT_EQ(answered.status, 415u);
        EXPECT_EQ(value_of(answered, "accept-patch"), "a/b");
        EXPECT_EQ(value_of(answered, "allow"), "GET");
    }
}

TEST(errors_test, text_that_is_not_utf8_becomes_well_formed) {
    const problem why(reason::not_found, "a\xff\xc3(\xed\xa0\x80z");
    const plain_request json{"GET", "/", {{"Accept", "application/json"}}};
    EXPECT_EQ(error_response(why, json.head()).text,
              "{\"message\": \"a\\ufffd\\ufffd(\\ufffd\\ufffd\\ufffdz<br /><br />\\n\\n\\n\", "
              "\"code\": \"404 Not Found\", \"title\": \"Not Found\"}");
}

}  // namespace
