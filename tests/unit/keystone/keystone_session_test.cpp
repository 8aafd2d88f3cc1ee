// SPDX-License-Identifier: Apache-2.0
#include "keystone/keystone_session.hpp"

#include "support/keystone_fixture.hpp"

#include <gmock/gmock.h>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

namespace {

struct keystone_session_test : keystone_fixture {
    keystone_session_test() { keystone.tokens["t"] = token_document(); }

    void expect(token_standing expected) {
        auto body = [&]() -> task<> { EXPECT_EQ(co_await standing("t"), expected); };
        run(body());
    }

    std::string endpoint(std::string_view face, std::string_view region, std::string_view path) {
        return fmt::format(R"({{"interface":"{}","region":"{}","region_id":"{}","url":"{}"}})",
                           face, region, region, url(path));
    }
};

TEST_F(keystone_session_test, logs_in_where_auth_url_says) {
    options.auth_url = url("/identity/v3/");
    expect(token_standing::valid);
    EXPECT_EQ(keystone.discoveries, 0u);
    EXPECT_THAT(keystone.question_heads.at(0), HasSubstr("GET /identity/v3/auth/tokens?"));
}

TEST_F(keystone_session_test, asks_the_endpoint_of_the_catalog) {
    options.region_name = "two";
    keystone.catalog = fmt::format(
        R"([{{"type":"image","endpoints":[{}]}},{{"type":"identity","endpoints":[{},{},{}]}}])",
        endpoint("internal", "two", "/image"), endpoint("public", "two", "/public"),
        endpoint("internal", "one", "/one"), endpoint("internal", "two", "/two"));
    expect(token_standing::valid);
    EXPECT_THAT(keystone.question_heads.at(0), HasSubstr("GET /two/v3/auth/tokens?"));
    EXPECT_EQ(keystone.discoveries, 2u);
}

TEST_F(keystone_session_test, asks_where_it_logged_in_when_the_catalog_has_no_such_endpoint) {
    options.interface = "admin";
    keystone.catalog = fmt::format(R"([{{"type":"identity","endpoints":[{}]}}])",
                                   endpoint("public", "one", "/public"));
    expect(token_standing::valid);
    EXPECT_THAT(keystone.question_heads.at(0), HasSubstr("GET /v3/auth/tokens?"));
    EXPECT_THAT(logged(), HasSubstr("no identity endpoint with interface admin"));
}

TEST_F(keystone_session_test, a_keystone_without_version_three_is_none) {
    keystone.versions = R"({"versions":{"values":[{"id":"v2.0"}]}})";
    expect(token_standing::unavailable);
    EXPECT_THAT(logged(), HasSubstr("has no version 3"));
}

TEST_F(keystone_session_test, logs_in_again_when_its_token_is_refused) {
    auto body = [&]() -> task<> {
        EXPECT_EQ(co_await standing("t"), token_standing::valid);
        keystone.ours.clear();
        time.advance(301s);
        EXPECT_EQ(co_await standing("t"), token_standing::valid);
    };
    run(body());
    EXPECT_EQ(keystone.logins, 2u);
    EXPECT_EQ(keystone.questions, 3u);
}

TEST_F(keystone_session_test, logs_in_again_before_its_token_ends) {
    keystone.login_expires = "2026-11-25T03:10:00.000000Z";
    auto body = [&]() -> task<> {
        EXPECT_EQ(co_await standing("t"), token_standing::valid);
        time.advance(7min);
        EXPECT_EQ(co_await standing("t"), token_standing::valid);
        EXPECT_EQ(keystone.logins, 1u);
        time.advance(5min);
        EXPECT_EQ(co_await standing("t"), token_standing::valid);
        EXPECT_EQ(keystone.logins, 2u);
        EXPECT_EQ(keystone.questions, 3u);
    };
    run(body());
}

TEST_F(keystone_session_test, gives_up_when_a_new_token_is_refused_too) {
    keystone.forgetful = true;
    expect(token_standing::unavailable);
    EXPECT_EQ(keystone.logins, 2u);
    EXPECT_EQ(keystone.questions, 2u);
}

TEST_F(keystone_session_test, does_not_log_in_again_at_once_where_it_was_refused) {
    keystone.login_status = "401 Unauthorized";
    auto body = [&]() -> task<> {
        for (int i = 0; i < 5; ++i) EXPECT_EQ(co_await standing("t"), token_standing::unavailable);
    };
    run(body());
    EXPECT_EQ(keystone.logins, 1u);
}

TEST_F(keystone_session_test, asks_again_as_often_as_it_may) {
    options.http_request_max_retries = 1;
    keystone.deaf_times = 1;
    expect(token_standing::valid);
    EXPECT_EQ(keystone.heard, 4u);  // in vain, for the versions, for a login, about the token
}

TEST_F(keystone_session_test, asks_no_oftener) {
    options.http_request_max_retries = 0;
    keystone.deaf_times = 1;
    expect(token_standing::unavailable);
    EXPECT_EQ(keystone.heard, 1u);
}

TEST_F(keystone_session_test, one_login_serves_all_who_wait_for_it) {
    options.http_request_max_retries = 0;
    keystone.deaf = true;
    unsigned answered = 0;
    event changed{loop};
    auto one = [&](int i) -> task<> {
        EXPECT_EQ(co_await standing(fmt::format("t{}", i)), token_standing::unavailable);
        ++answered;
        changed.notify_all();
    };
    auto body = [&]() -> task<> {
        for (int i = 0; i < 100; ++i) children.start("asker", one(i));
        while (answered < 100) co_await changed.async_wait(or_throw);
    };
    run(body());
    EXPECT_EQ(keystone.heard, 1u);
}

TEST_F(keystone_session_test, a_slow_keystone_is_waited_for_no_longer_than_said) {
    options.http_connect_timeout = 100ms;
    options.http_request_max_retries = 1;
    keystone.hold();
    expect(token_standing::unavailable);
    EXPECT_EQ(keystone.questions, 2u);
}

TEST_F(keystone_session_test, believes_no_keystone_without_a_certificate) {
    options.http_request_max_retries = 0;
    options.auth_url = "https" + url("").substr(4);
    options.cafile = "/nowhere/at/all.pem";
    expect(token_standing::unavailable);
    EXPECT_THAT(logged(), HasSubstr("CRITICAL glimt.keystone"));
}

}  // namespace
