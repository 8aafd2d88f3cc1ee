// SPDX-License-Identifier: Apache-2.0
#include "auth/remote_checks.hpp"
#include "auth/image_policy.hpp"
#include "core/clock.hpp"
#include "core/problem.hpp"
#include "proto/percent.hpp"
#include "support/outbound_fixture.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>
#include <map>

using namespace glimt;
using namespace glimt::testing;

namespace {

struct remote_checks_test : outbound_fixture {
    real_clock time;
    glimt::log journal{{.path = "/dev/null"}, time};
    remote_check_options options;
    std::vector<std::string> bodies;

    // Answers each request with what `answer` makes of the path.
    void decide_by(std::function<std::string(const std::string& path)> answer) {
        serve([this, answer = std::move(answer)](peer& from) { return converse(from, answer); });
    }

    task<> converse(peer& from, std::function<std::string(const std::string&)> answer) {
        for (;;) {
            const auto head = co_await next_head(from);
            if (head.empty()) co_return;
            heads.push_back(head);
            const auto at = head.find("Content-Length: ") + 16;
            std::size_t bytes = 0;
            std::from_chars(head.data() + at, head.data() + head.size(), bytes);
            co_await from.receive(bytes);
            bodies.push_back(from.received.substr(0, bytes));
            from.received.erase(0, bytes);
            const auto path = head.substr(5, head.find(' ', 5) - 5);
            co_await from.send(answer_of(answer(path)));
        }
    }

    // What the rule get_image says of the image; 'u': unavailable.
    task<> ask(std::string rule, char& outcome) {
        std::vector<std::string> errors;
        policy_options given;
        for (auto at = rule.find("HOST"); at != rule.npos; at = rule.find("HOST"))
            rule.replace(at, 4, "127.0.0.1:" + port());
        given.overrides = {{"get_image", rule}};
        auto table = std::make_shared<const policy_table>(given, errors);
        EXPECT_EQ(errors, std::vector<std::string>{});
        remote_checks others(*client, options, journal);
        const permissions may(table, others);
        const image_policy asked(may, caller, shown);
        try {
            outcome = co_await asked.allows("get_image") ? 'y' : 'n';
        } catch (const problem& why) {
            outcome = why.why() == reason::unavailable ? 'u' : '?';
        }
    }

    char outcome_of(std::string rule) {
        char outcome = ' ';
        run(ask(std::move(rule), outcome));
        return outcome;
    }

    request_context caller;
    image shown;

    remote_checks_test() {
        caller.user_id = "u";
        caller.project_id = "p";
        caller.roles = {"member"};
        shown.id = "i1";
        shown.owner = "p";
        shown.name = "a/b?c";
        shown.tags = {"t"};
        shown.properties = {{"x", "y"}};
    }
};

std::map<std::string, std::string> fields_of(const std::string& form) {
    std::map<std::string, std::string> fields;
    for (std::size_t at = 0; at < form.size();) {
        const auto end = std::min(form.find('&', at), form.size());
        const auto sign = form.find('=', at);
        fields[form.substr(at, sign - at)] =
            percent_decoded(form.substr(sign + 1, end - sign - 1)).value();
        at = end + 1;
    }
    return fields;
}

// What Debian's oslo.policy sent for the same caller.
constexpr auto credentials =
    R"({"user_id":"u","user_domain_id":null,"system_scope":null,"domain_id":null,)"
    R"("project_id":"p","project_domain_id":null,"roles":["member"],"is_admin_project":true,)"
    R"("service_user_id":null,"service_user_domain_id":null,"service_project_id":null,)"
    R"("service_project_domain_id":null,"service_roles":[]})";

TEST_F(remote_checks_test, a_server_is_sent_what_oslo_policy_sends_and_says_true) {
    decide_by([](const std::string&) { return "\"True\""; });
    EXPECT_EQ(outcome_of("http://HOST/may/%(project_id)s?as=%(name)s"), 'y');
    ASSERT_EQ(heads.size(), 1u);
    EXPECT_THAT(heads[0], ::testing::StartsWith("POST /may/p?as=a%2Fb%3Fc HTTP/1.1\r\n"));
    EXPECT_THAT(heads[0],
                ::testing::HasSubstr("Content-Type: application/x-www-form-urlencoded\r\n"));
    auto fields = fields_of(bodies[0]);
    EXPECT_EQ(fields["rule"], "\"get_image\"");
    EXPECT_EQ(fields["credentials"], credentials);
    const auto target = boost::json::parse(fields["target"]).as_object();
    EXPECT_EQ(target.at("image_id"), "i1");
    EXPECT_EQ(target.at("project_id"), "p");
    EXPECT_EQ(boost::json::serialize(target.at("extra_properties")), R"({"x":"y"})");
    EXPECT_EQ(boost::json::serialize(target.at("tags")), R"(["t"])");
}

TEST_F(remote_checks_test, a_server_may_be_sent_json) {
    options.json = true;
    decide_by([](const std::string&) { return "True"; });
    EXPECT_EQ(outcome_of("http://HOST/"), 'y');
    EXPECT_THAT(heads[0], ::testing::HasSubstr("Content-Type: application/json\r\n"));
    const auto sent = boost::json::parse(bodies[0]).as_object();
    EXPECT_EQ(sent.at("rule"), "get_image");
    EXPECT_EQ(boost::json::serialize(sent.at("credentials")), credentials);
}

TEST_F(remote_checks_test, only_true_is_a_yes) {
    decide_by([](const std::string& path) {
        const std::map<std::string, std::string> answers = {{"/a", "True"},
                                                            {"/b", "\"\"True"},
                                                            {"/c", "true"},
                                                            {"/d", ""},
                                                            {"/e", "True "},
                                                            {"/f", "False"},
                                                            {"/g", std::string(5000, 'T')}};
        return answers.at(path);
    });
    std::string outcomes;
    const auto ask_all = [&]() -> task<> {
        for (const char c : std::string("abcdefg")) {
            char outcome = ' ';
            co_await ask(fmt::format("http://HOST/{}", c), outcome);
            outcomes += outcome;
        }
    };
    run(ask_all());
    EXPECT_EQ(outcomes, "yynnnnn");
}

TEST_F(remote_checks_test, nobody_is_asked_who_does_not_matter_and_nobody_twice) {
    decide_by([](const std::string& path) { return path == "/yes" ? "True" : "False"; });
    std::string outcomes;
    const auto ask_all = [&]() -> task<> {
        for (const auto rule :
             {"role:member or http://HOST/yes", "role:nobody and http://HOST/yes",
              "http://HOST/no and http://HOST/yes", "not http://HOST/no and role:member",
              "(http://HOST/yes and role:nobody) or (not http://HOST/no and http://HOST/yes)"}) {
            char outcome = ' ';
            co_await ask(rule, outcome);
            outcomes += outcome;
        }
    };
    run(ask_all());
    EXPECT_EQ(outcomes, "ynnyy");
    EXPECT_EQ(bodies.size(), 5u);
}

TEST_F(remote_checks_test, without_an_answer_nobody_may_and_not_makes_it_no_yes) {
    serve([](peer& from) -> task<> { co_await next_head(from); });
    EXPECT_EQ(outcome_of("not http://HOST/gone"), 'u');
}

TEST_F(remote_checks_test, a_silent_server_is_given_up) {
    options.timeout = std::chrono::milliseconds(50);
    serve([](peer& from) -> task<> { co_await from.receive(1 << 20); });
    EXPECT_EQ(outcome_of("role:nobody or http://HOST/slow"), 'u');
}

TEST_F(remote_checks_test,
       a_url_without_its_attribute_or_with_one_that_leads_elsewhere_is_not_asked) {
    shown.name = "..";
    std::string outcomes;
    const auto ask_all = [&]() -> task<> {
        for (const auto rule : {"not http://HOST/%(nowhere)s", "not http://HOST/x/%(name)s"}) {
            char outcome = ' ';
            co_await ask(rule, outcome);
            outcomes += outcome;
        }
    };
    run(ask_all());
    EXPECT_EQ(outcomes, "uu");
    EXPECT_EQ(connections, 0u);
}

TEST(policy_table, an_admin_is_not_asked_of_another_server) {
    std::vector<std::string> errors;
    policy_options given;
    given.overrides = {{"context_is_admin", "rule:ours", "f:1"}, {"ours", "http://x/", "f:2"}};
    const policy_table table(given, errors);
    EXPECT_THAT(errors, ::testing::ElementsAre("f:1: policy rule context_is_admin: http: and "
                                               "https: checks are not for this rule"));
}

}  // namespace
