// SPDX-License-Identifier: Apache-2.0
#include "api/accept.hpp"

#include "api_fixture.hpp"

using namespace glimt;

namespace {

TEST(accept_test, prefers_what_webob_prefers) {
    constexpr std::string_view offers[] = {"text/html", "application/json"};
    const auto data = glimt::testing::read_json("webob.json");
    const auto& rows = data.at("accepts").as_array();
    ASSERT_GT(rows.size(), 300u);
    for (const auto& one : rows) {
        const std::string accept = glimt::testing::text_at(one.as_object(), "accept");
        SCOPED_TRACE(accept);
        const auto found = preferred_offer(accept, offers);
        EXPECT_EQ(found ? static_cast<int>(*found) : -1, one.at("offer").as_int64());
    }
}

TEST(accept_test, joins_repeated_headers) {
    const glimt::testing::plain_request asked{
        "GET", "/", {{"ACCEPT", "a/b"}, {"X", "y"}, {"accept", "c/d"}}};
    EXPECT_EQ(joined_header(asked.head(), "accept"), "a/b,c/d");
    EXPECT_EQ(joined_header(asked.head(), "forwarded"), std::nullopt);
}

}  // namespace
