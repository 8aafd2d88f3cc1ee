// SPDX-License-Identifier: Apache-2.0
#include "keystone/token_validator.hpp"

#include "support/keystone_fixture.hpp"

#include <gmock/gmock.h>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

struct token_validator_test : keystone_fixture {
    unsigned answered = 0;
    event all_answered{loop};

    task<> ask_and_count(std::string token, token_standing expected) {
        EXPECT_EQ(co_await standing(std::move(token)), expected);
        ++answered;
        all_answered.notify_all();
    }
    task<> until_answered(unsigned count) {
        while (answered < count) co_await all_answered.async_wait(or_throw);
    }
};

TEST_F(token_validator_test, knows_what_keystone_says_of_a_token) {
    keystone.tokens["t"] = token_document();
    auto body = [&]() -> task<> {
        const auto verdict = co_await verify("t");
        EXPECT_EQ(verdict.standing, token_standing::valid);
        EXPECT_EQ(verdict.token->user_id, "u");
        EXPECT_EQ(verdict.token->user_domain_id, "ud");
        EXPECT_EQ(verdict.token->project_id, "p");
        EXPECT_EQ(verdict.token->project_domain_id, "pd");
        EXPECT_EQ(verdict.token->roles, std::vector<std::string>{"Member"});
    };
    run(body());
    EXPECT_THAT(keystone.question_heads.at(0),
                HasSubstr("GET /v3/auth/tokens?nocatalog HTTP/1.1\r\n"));
    EXPECT_EQ(fake_keystone::field(keystone.question_heads.at(0), "X-Auth-Token"), "ours-1");
    EXPECT_EQ(fake_keystone::field(keystone.question_heads.at(0), "X-Subject-Token"), "t");
    EXPECT_EQ(
        fake_keystone::field(keystone.question_heads.at(0), "OpenStack-Identity-Access-Rules"),
        "1");
}

TEST_F(token_validator_test, a_thousand_requests_with_a_new_token_ask_once) {
    keystone.tokens["t"] = token_document();
    keystone.hold();
    auto body = [&]() -> task<> {
        for (int i = 0; i < 1000; ++i)
            children.start("asker", ask_and_count("t", token_standing::valid));
        co_await keystone.until_asked(1);
        keystone.let_go();
        co_await until_answered(1000);
    };
    run(body());
    EXPECT_EQ(keystone.questions, 1u);
    EXPECT_EQ(keystone.logins, 1u);
    EXPECT_EQ(keystone.discoveries, 1u);
}

TEST_F(token_validator_test, who_stops_waiting_does_not_stop_the_others) {
    keystone.tokens["t"] = token_document();
    keystone.hold();
    auto body = [&]() -> task<> {
        std::vector<nursery::child*> leaving;
        for (int i = 0; i < 3; ++i) {
            children.start_knowing("leaving", [&](nursery::child& who) {
                leaving.push_back(&who);
                return ask_and_count("t", token_standing::valid);
            });
        }
        children.start("staying", ask_and_count("t", token_standing::valid));
        co_await keystone.until_asked(1);
        for (auto* each : leaving) each->abort();
        keystone.let_go();
        co_await until_answered(1);
    };
    run(body());
    EXPECT_EQ(answered, 1u);
    EXPECT_EQ(keystone.questions, 1u);
}

TEST_F(token_validator_test, an_answer_nobody_waits_for_any_more_is_kept) {
    keystone.tokens["t"] = token_document();
    keystone.hold();
    auto body = [&]() -> task<> {
        nursery::child* only = nullptr;
        children.start_knowing("leaving", [&](nursery::child& who) {
            only = &who;
            return ask_and_count("t", token_standing::valid);
        });
        co_await keystone.until_asked(1);
        only->abort();
        children.start("late", ask_and_count("t", token_standing::valid));
        co_await pause(0ms);
        keystone.let_go();
        co_await until_answered(1);
    };
    run(body());
    EXPECT_EQ(keystone.questions, 1u);
}

TEST_F(token_validator_test, asks_again_after_token_cache_time) {
    keystone.tokens["t"] = token_document();
    auto body = [&]() -> task<> {
        co_await verify("t");
        time.advance(299s);
        EXPECT_EQ(co_await standing("t"), token_standing::valid);
        EXPECT_EQ(keystone.questions, 1u);
        keystone.tokens.clear();  // revoked, which is known then
        time.advance(2s);
        EXPECT_EQ(co_await standing("t"), token_standing::invalid);
        EXPECT_EQ(keystone.questions, 2u);
    };
    run(body());
}

// Another shard that hears of the token late: what is revoked would be good for up to twice as
// long.
TEST_F(token_validator_test, other_shards_know_a_token_no_longer_than_the_one_that_asked) {
    keystone.tokens["t"] = token_document();
    auto body = [&]() -> task<> {
        neighbouring_authority first(*tokens);
        token_validator late(loop, first, options.token_cache_time, time, *journal);
        token_validator later(loop, first, options.token_cache_time, time, *journal);
        co_await verify("t");
        time.advance(200s);
        EXPECT_EQ((co_await late.verify("t", false)).standing, token_standing::valid);
        keystone.tokens.clear();
        time.advance(99s);
        EXPECT_EQ((co_await later.verify("t", false)).standing, token_standing::valid);
        EXPECT_EQ(keystone.questions, 1u);
        time.advance(1s);
        EXPECT_EQ((co_await late.verify("t", false)).standing, token_standing::invalid);
        EXPECT_EQ((co_await later.verify("t", false)).standing, token_standing::invalid);
        late.close();
        later.close();
    };
    run(body());
}

TEST_F(token_validator_test, without_a_cache_asks_each_time) {
    options.token_cache_time = -1;
    keystone.tokens["t"] = token_document();
    auto body = [&]() -> task<> {
        for (unsigned i = 1; i <= 3; ++i) {
            EXPECT_EQ(co_await standing("t"), token_standing::valid);
            EXPECT_EQ(keystone.questions, i);
        }
    };
    run(body());
}

TEST_F(token_validator_test, a_token_ends_with_its_own_time) {
    options.token_cache_time = 0;
    keystone.tokens["t"] = token_document("2026-11-25T03:10:00.000000Z");
    auto body = [&]() -> task<> {
        EXPECT_EQ(co_await standing("t"), token_standing::valid);
        time.advance(10min - 1s);
        EXPECT_EQ(co_await standing("t"), token_standing::valid);  // in its last second
        EXPECT_EQ(keystone.questions, 1u);
        time.advance(2s);
        EXPECT_EQ(co_await standing("t"), token_standing::invalid);
        EXPECT_EQ(co_await standing("t", true), token_standing::valid);  // for a service
        EXPECT_EQ(keystone.questions, 3u);
    };
    run(body());
}

TEST_F(token_validator_test, for_a_service_keystone_is_asked_about_expired_ones_too) {
    keystone.tokens["t"] = token_document("2026-11-25T02:00:00.000000Z");
    auto body = [&]() -> task<> {
        EXPECT_EQ(co_await standing("t", true), token_standing::valid);
        EXPECT_EQ(co_await standing("t"), token_standing::invalid);
    };
    run(body());
    EXPECT_THAT(keystone.question_heads.at(0),
                HasSubstr("GET /v3/auth/tokens?nocatalog&allow_expired=1 "));
    EXPECT_EQ(keystone.questions, 1u);
}

TEST_F(token_validator_test, what_is_invalid_is_asked_about_each_time) {
    auto body = [&]() -> task<> {
        EXPECT_EQ(co_await standing("t"), token_standing::invalid);
        keystone.tokens["t"] = token_document();
        EXPECT_EQ(co_await standing("t"), token_standing::valid);
        EXPECT_EQ(keystone.questions, 2u);
    };
    run(body());
}

TEST_F(token_validator_test, nobody_is_asked_about_what_can_be_no_token) {
    auto body = [&]() -> task<> {
        for (const auto& none : {std::string(""), std::string("a b"), std::string("a\tb"),
                                 std::string("a\r\nX-Auth-Token: b"), std::string("\x7f"),
                                 std::string("\xc3\xa4"), std::string(4097, 'a')})
            EXPECT_EQ(co_await standing(none), token_standing::invalid) << none;
    };
    run(body());
    EXPECT_EQ(keystone.heard, 0u);
}

// Also when only its own end limits how long it is known.
TEST_F(token_validator_test, an_expired_token_is_not_known_to_services_for_ever) {
    options.token_cache_time = 0;
    keystone.tokens["t"] = token_document("2026-11-25T03:10:00.000000Z");
    auto body = [&]() -> task<> {
        EXPECT_EQ(co_await standing("t"), token_standing::valid);
        time.advance(std::chrono::minutes(11));
        keystone.tokens.clear();
        EXPECT_EQ(co_await standing("t", true), token_standing::invalid);
    };
    run(body());
}

TEST_F(token_validator_test, answers_that_are_none_say_nothing_of_the_token) {
    const std::string documents[] = {
        "",
        "{",
        "[]",
        "null",
        R"({"token":null})",
        R"({"token":{}})",
        token_document("yesterday"),
        token_document("2026-11-25T12:00:00.000000Z", "7"),
        token_document("2026-11-25T12:00:00.000000Z", R"([{"id":"1"}])"),
        token_document("2026-11-25T12:00:00.000000Z", "[]", R"(,"bind":7)"),
        token_document("2026-11-25T12:00:00.000000Z", "[]",
                       R"(,"application_credential":{"access_rules":[{"path":7}]})"),
        R"({"token":{"expires_at":"2026-11-25T12:00:00.000000Z","roles":[]}})",
        std::string(2 << 20, ' '),
        std::string(100'000, '['),
    };
    auto body = [&]() -> task<> {
        for (const auto& each : documents) {
            keystone.tokens["t"] = each;
            EXPECT_EQ(co_await standing("t"), token_standing::unavailable) << each.substr(0, 99);
        }
        keystone.tokens["t"] = token_document();
        EXPECT_EQ(co_await standing("t"), token_standing::valid);
    };
    run(body());
}

TEST_F(token_validator_test, other_statuses_say_nothing_of_the_token) {
    keystone.tokens["t"] = token_document();
    auto body = [&]() -> task<> {
        for (const auto status : {"400 Bad Request", "403 Forbidden", "500 Oops", "503 Busy",
                                  "301 Moved", "204 No Content"}) {
            keystone.question_status = status;
            EXPECT_EQ(co_await standing("t"), token_standing::unavailable) << status;
        }
        keystone.question_status.clear();
        EXPECT_EQ(co_await standing("t"), token_standing::valid);
    };
    run(body());
}

TEST_F(token_validator_test, while_keystone_is_away_known_tokens_are_good) {
    options.http_request_max_retries = 0;
    keystone.tokens["t"] = keystone.tokens["u"] = token_document();
    auto body = [&]() -> task<> {
        EXPECT_EQ(co_await standing("t"), token_standing::valid);
        keystone.deaf = true;
        EXPECT_EQ(co_await standing("t"), token_standing::valid);
        EXPECT_EQ(co_await standing("u"), token_standing::unavailable);
        EXPECT_EQ(co_await standing("u"), token_standing::unavailable);
        keystone.deaf = false;
        EXPECT_EQ(co_await standing("u"), token_standing::valid);
    };
    run(body());
    const auto text = logged();
    EXPECT_THAT(text, HasSubstr("CRITICAL glimt.keystone [-] Keystone at http://127.0.0.1:"));
    EXPECT_THAT(text, HasSubstr("answers again"));
    EXPECT_EQ(text.find("CRITICAL"), text.rfind("CRITICAL")) << "said once\n" << text;
}

TEST_F(token_validator_test, close_ends_what_is_being_asked) {
    keystone.tokens["t"] = token_document();
    keystone.hold();
    auto body = [&]() -> task<> {
        children.start("asker", ask_and_count("t", token_standing::unavailable));
        co_await keystone.until_asked(1);
        tokens->close();
        co_await until_answered(1);
        EXPECT_EQ(co_await standing("t"), token_standing::unavailable);
    };
    run(body());
}

TEST_F(token_validator_test, too_many_questions_are_not_asked) {
    keystone.hold();
    auto body = [&]() -> task<> {
        for (std::size_t i = 0; i < token_validator::questions_max; ++i)
            children.start("asker", ask_and_count(fmt::format("t{}", i), token_standing::invalid));
        co_await keystone.until_asked(1);
        EXPECT_EQ(co_await standing("one more"), token_standing::invalid);  // no token
        EXPECT_EQ(co_await standing("onemore"), token_standing::unavailable);
        children.abort();
    };
    run(body());
}

TEST_F(token_validator_test, no_secret_is_logged) {
    options.http_request_max_retries = 0;
    auto body = [&]() -> task<> {
        keystone.login_status = "401 Unauthorized";
        EXPECT_EQ(co_await standing("verysecrettoken"), token_standing::unavailable);
        keystone.deaf = true;
        EXPECT_EQ(co_await standing("verysecrettoken"), token_standing::unavailable);
    };
    run(body());
    const auto text = logged();
    EXPECT_THAT(text, HasSubstr("answers 401 to our login"));
    for (const auto secret : {"verysecrettoken", "hunter2", "ours-"})
        EXPECT_THAT(text, Not(HasSubstr(secret)));
}

}  // namespace
