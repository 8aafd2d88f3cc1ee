// SPDX-License-Identifier: Apache-2.0
// Expectations are what oslo.middleware answered to the same requests.
#include "api_fixture.hpp"

#include <gmock/gmock.h>

#include <map>

using namespace glimt;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

namespace {

constexpr auto page = "https://horizon.example";

struct cross_origin_test : glimt::testing::api_fixture {
    cross_origin_test() { options.cors_allowed_origin = {page}; }

    static std::map<std::string, std::string> headers_of(const response& answer) {
        std::map<std::string, std::string> all;
        for (const auto& [name, value] : answer.headers)
            if (name.starts_with("Access-Control-") || name == "Vary") all.emplace(name, value);
        return all;
    }

    std::map<std::string, std::string> preflight(std::string origin, std::string method,
                                                 std::string headers = "") {
        glimt::testing::plain_request asked{
            "OPTIONS", "/v2/images", {{"Origin", std::move(origin)}}};
        if (!method.empty())
            asked.headers.emplace_back("Access-Control-Request-Method", std::move(method));
        if (!headers.empty())
            asked.headers.emplace_back("Access-Control-Request-Headers", std::move(headers));
        const response answer = ask(asked);
        EXPECT_EQ(answer.status, 200u);
        EXPECT_EQ(answer.text, "");
        return headers_of(answer);
    }
};

TEST_F(cross_origin_test, a_preflight_is_told_what_it_asked_for) {
    EXPECT_THAT(
        preflight(page, "PUT", "X-Auth-Token, content-type"),
        UnorderedElementsAre(Pair("Vary", "Origin"), Pair("Access-Control-Allow-Origin", page),
                             Pair("Access-Control-Allow-Credentials", "true"),
                             Pair("Access-Control-Max-Age", "3600"),
                             Pair("Access-Control-Allow-Methods", "PUT"),
                             Pair("Access-Control-Allow-Headers", "X-Auth-Token,content-type")));
}

TEST_F(cross_origin_test, a_preflight_is_all_or_nothing) {
    EXPECT_THAT(preflight("https://evil.example", "PUT"), IsEmpty());
    EXPECT_THAT(preflight(page, ""), IsEmpty());
    EXPECT_THAT(preflight(page, "put"), IsEmpty());
    EXPECT_THAT(preflight(page, "TRACE"), IsEmpty());
    EXPECT_THAT(preflight(page, "PUT", "X-Auth-Token, X-Other"), IsEmpty());
    EXPECT_THAT(preflight(std::string(page) + "/", "PUT"), IsEmpty());
}

TEST_F(cross_origin_test, options_decide_what_is_said) {
    options.cors_allow_credentials = false;
    options.cors_max_age = 0;
    options.cors_allow_headers = {"X-Other"};
    EXPECT_THAT(
        preflight(page, "GET", "x-other,accept"),
        UnorderedElementsAre(Pair("Vary", "Origin"), Pair("Access-Control-Allow-Origin", page),
                             Pair("Access-Control-Allow-Methods", "GET"),
                             Pair("Access-Control-Allow-Headers", "x-other,accept")));
}

// Errors too: a page has to see why.
TEST_F(cross_origin_test, every_answer_says_who_may_read_it) {
    for (const std::string target : {"/versions", "/v2/images", "/v2/images/none", "/v2/nothing"}) {
        SCOPED_TRACE(target);
        EXPECT_THAT(headers_of(ask({"GET", target, {{"Origin", page}}})),
                    UnorderedElementsAre(
                        Pair("Vary", "Origin"), Pair("Access-Control-Allow-Origin", page),
                        Pair("Access-Control-Allow-Credentials", "true"),
                        Pair("Access-Control-Expose-Headers",
                             "X-Image-Meta-Checksum,X-Auth-Token,X-Subject-Token,X-Service-Token,"
                             "X-OpenStack-Request-ID")));
        EXPECT_THAT(headers_of(ask({"GET", target, {}})), IsEmpty());
        EXPECT_THAT(headers_of(ask({"GET", target, {{"Origin", "https://evil.example"}}})),
                    IsEmpty());
    }
}

TEST_F(cross_origin_test, a_star_is_for_every_origin) {
    options.cors_allowed_origin = {"*"};
    const auto told = headers_of(ask({"GET", "/versions", {{"Origin", "https://any.example"}}}));
    EXPECT_EQ(told.at("Access-Control-Allow-Origin"), "*");
}

TEST_F(cross_origin_test, the_health_check_is_not_behind_the_filter) {
    EXPECT_THAT(headers_of(ask({"GET", "/healthcheck", {{"Origin", page}}})), IsEmpty());
}

TEST_F(cross_origin_test, a_pipeline_without_it_has_none) {
    options.paste_path = "paste.ini";
    options.paste_text =
        "[composite:glance-api]\npaste.composite_factory = glance.api:root_app_factory\n"
        "/v2: api\n[pipeline:api]\npipeline = open app\n[filter:open]\npaste.filter_factory = "
        "glance.api.middleware.context:UnauthenticatedContextMiddleware.factory\n"
        "[app:app]\npaste.app_factory = glance.api.v2.router:API.factory\n";
    EXPECT_THAT(headers_of(ask({"GET", "/versions", {{"Origin", page}}})), IsEmpty());
    EXPECT_EQ(ask({"OPTIONS", "/v2/images", {}}).status, 405u);
}

}  // namespace
