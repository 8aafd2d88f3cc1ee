// SPDX-License-Identifier: Apache-2.0
#include "auth/keystone_source.hpp"

#include "core/problem.hpp"
#include "support/loop_fixture.hpp"
#include "support/scratch_folder.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <map>

using namespace glimt;
using namespace glimt::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

// Knows the tokens that a test gives it.
struct scripted_authority final : token_authority {
    std::map<std::string, verified_token> tokens;
    bool away = false;
    std::vector<std::string> asked;

    task<token_verdict> ask(std::string token, bool expired_too) override {
        asked.push_back(token + (expired_too ? " expired too" : ""));
        if (away) co_return token_verdict{token_standing::unavailable};
        const auto found = tokens.find(token);
        if (found == tokens.end()) co_return token_verdict{token_standing::invalid};
        co_return token_verdict{token_standing::valid,
                                std::make_shared<const verified_token>(found->second)};
    }
};

struct keystone_source_test : loop_fixture {
    scratch_folder folder;
    manual_clock time{wall_time(std::chrono::hours(1))};
    glimt::log journal{{.path = folder.file("log")}, time};
    std::vector<std::string> errors;
    policy rules{{}, errors};
    settings options;
    keystone_settings with;
    scripted_authority keystone;
    std::string method = "GET", path = "/images", prefix;

    keystone_source_test() {
        with.delay_auth_decision = true;
        with.www_authenticate_uri = "http://keystone/v3";
        add("user", "u", {"Member", "Reader"});
        add("nova", "n", {"service"});
        add("other", "o", {"admin"});
        add("old", "u", {"member"}).expires = wall_time();
    }

    verified_token& add(const std::string& token, const std::string& user,
                        std::vector<std::string> roles) {
        auto& made = keystone.tokens[token];
        made.expires = wall_time(std::chrono::hours(2));
        made.user_id = user;
        made.user_domain_id = user + "d";
        made.project_id = user + "p";
        made.project_domain_id = user + "pd";
        made.roles = std::move(roles);
        return made;
    }

    // Throws what identify() throws.
    request_context identify(std::initializer_list<header> headers) {
        token_validator tokens(loop, keystone, -1, time, journal);
        keystone_source source(options, with, rules, tokens);
        request_head head;
        head.method = method;
        head.script_name = prefix;
        head.headers.assign(headers.begin(), headers.end());
        request_context caller;
        auto body = [&]() -> task<> { caller = co_await source.identify(head, path); };
        run(body());
        return caller;
    }

    // "user", "anonymous", or the reason of the problem.
    std::string outcome(std::initializer_list<header> headers) {
        try {
            const auto caller = identify(headers);
            return caller.read_only ? "anonymous" : caller.user_id.value_or("nobody");
        } catch (const problem& why) {
            if (why.why() == reason::unavailable) return "503";
            if (why.why() == reason::invalid) return "400";
            EXPECT_EQ(why.why(), reason::unauthorized);
            EXPECT_EQ(why.headers().size(), 1u);
            EXPECT_EQ(why.headers().at(0).name, "WWW-Authenticate");
            return why.headers().at(0).value;
        }
    }
};

const std::string refused = R"(Keystone uri="http://keystone/v3")";

TEST_F(keystone_source_test, the_caller_is_whom_the_token_says) {
    const auto caller = identify({{"X-Auth-Token", "user"}, {"X-Service-Token", "nova"}});
    EXPECT_EQ(caller.user_id, "u");
    EXPECT_EQ(caller.user_domain_id, "ud");
    EXPECT_EQ(caller.project_id, "up");
    EXPECT_EQ(caller.project_domain_id, "upd");
    EXPECT_THAT(caller.roles, ElementsAre("member", "reader"));
    EXPECT_FALSE(caller.is_admin);
    EXPECT_TRUE(caller.is_admin_project);
    EXPECT_FALSE(caller.system_scope);
    EXPECT_EQ(caller.service_user_id, "n");
    EXPECT_EQ(caller.service_user_domain_id, "nd");
    EXPECT_EQ(caller.service_project_id, "np");
    EXPECT_EQ(caller.service_project_domain_id, "npd");
    EXPECT_THAT(caller.service_roles, ElementsAre("service"));
    EXPECT_TRUE(identify({{"X-Auth-Token", "other"}}).is_admin);
}

TEST_F(keystone_source_test, scopes_are_the_tokens) {
    auto& token = add("cloud", "c", {"admin"});
    token.project_id = token.project_domain_id = std::nullopt;
    token.whole_system = true;
    EXPECT_EQ(identify({{"X-Auth-Token", "cloud"}}).system_scope, "all");
    auto& domain = add("domain", "d", {"admin"});
    domain.project_id = std::nullopt;
    domain.domain_id = "dom";
    domain.is_admin_project = false;
    EXPECT_EQ(identify({{"X-Auth-Token", "domain"}}).domain_id, "dom");
    EXPECT_FALSE(identify({{"X-Auth-Token", "domain"}}).is_admin_project);
}

TEST_F(keystone_source_test, whose_token_counts) {
    const struct {
        const char* what;
        std::vector<header> headers;
        std::string outcome;
    } cases[] = {
        {"no token", {}, refused},
        {"an empty one", {{"X-Auth-Token", ""}}, refused},
        {"a blank one", {{"X-Auth-Token", "  "}}, refused},
        {"a wrong one", {{"X-Auth-Token", "x"}}, refused},
        {"an expired one", {{"X-Auth-Token", "old"}}, refused},
        {"white space around it", {{"X-Auth-Token", " user "}}, "u"},
        {"Swift's name of it", {{"X-Storage-Token", "user"}}, "u"},
        {"both names", {{"X-Storage-Token", "user"}, {"X-Auth-Token", "other"}}, "o"},
        {"an empty one before Swift's",
         {{"X-Storage-Token", "user"}, {"X-Auth-Token", ""}},
         refused},
        {"another spelling", {{"X_Auth_Token", "user"}}, refused},
        {"twice", {{"X-Auth-Token", "user"}, {"x-auth-token", "other"}}, "400"},
        {"a service alone", {{"X-Service-Token", "nova"}}, refused},
        {"an expired one, for a service",
         {{"X-Auth-Token", "old"}, {"X-Service-Token", "nova"}},
         "u"},
        {"an expired one, for a user",
         {{"X-Auth-Token", "old"}, {"X-Service-Token", "other"}},
         refused},
        {"an expired one, for nobody",
         {{"X-Auth-Token", "old"}, {"X-Service-Token", "x"}},
         refused},
        {"a wrong service token", {{"X-Auth-Token", "user"}, {"X-Service-Token", "x"}}, "u"},
        {"a service token twice",
         {{"X-Auth-Token", "user"}, {"X-Service-Token", "nova"}, {"X-Service-Token", "x"}},
         "400"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        token_validator tokens(loop, keystone, -1, time, journal);
        keystone_source source(options, with, rules, tokens);
        request_head head;
        head.headers.assign(c.headers.begin(), c.headers.end());
        std::string outcome;
        auto body = [&]() -> task<> {
            try {
                outcome = (co_await source.identify(head, path)).user_id.value_or("nobody");
            } catch (const problem& why) {
                outcome = why.headers().empty() ? "400" : why.headers().at(0).value;
            }
        };
        run(body());
        EXPECT_EQ(outcome, c.outcome);
    }
}

TEST_F(keystone_source_test, what_a_client_says_of_itself_changes_nothing) {
    const std::initializer_list<header> claims[] = {
        {{"X-Identity-Status", "Confirmed"},
         {"X-User-Id", "root"},
         {"X-Roles", "admin"},
         {"X-Project-Id", "p9"},
         {"X-Domain-Id", "d"},
         {"OpenStack-System-Scope", "all"},
         {"X-Service-Roles", "service"},
         {"X-Is-Admin-Project", "True"},
         {"X-Auth-Token", "user"}},
        {{"X_Identity_Status", "Confirmed"},
         {"X_User_Id", "root"},
         {"X_Roles", "admin"},
         {"X_Project_Id", "p9"},
         {"X_Domain_Id", "d"},
         {"OpenStack_System_Scope", "all"},
         {"X_Service_Roles", "service"},
         {"X_Service_Token", "nova"},
         {"X-Auth-Token", "user"}},
    };
    for (const auto& each : claims) {
        const auto caller = identify(each);
        EXPECT_EQ(caller.user_id, "u");
        EXPECT_EQ(caller.project_id, "up");
        EXPECT_THAT(caller.roles, ElementsAre("member", "reader"));
        EXPECT_TRUE(caller.service_roles.empty());
        EXPECT_FALSE(caller.domain_id);
        EXPECT_FALSE(caller.system_scope);
        EXPECT_FALSE(caller.is_admin);
    }
    EXPECT_EQ(outcome({{"X-Identity-Status", "Confirmed"}, {"X-Roles", "admin"}}), refused);
}

TEST_F(keystone_source_test, a_service_without_its_role_counts_where_roles_are_not_required) {
    with.service_token_roles_required = false;
    EXPECT_THAT(identify({{"X-Auth-Token", "user"}, {"X-Service-Token", "other"}}).service_roles,
                ElementsAre("admin"));
    EXPECT_EQ(outcome({{"X-Auth-Token", "old"}, {"X-Service-Token", "other"}}), refused);
    with.service_token_roles = {"admin", "x"};
    EXPECT_EQ(outcome({{"X-Auth-Token", "old"}, {"X-Service-Token", "other"}}), "u");
}

TEST_F(keystone_source_test, without_delay_a_wrong_service_token_refuses) {
    with.delay_auth_decision = false;
    EXPECT_EQ(outcome({{"X-Auth-Token", "user"}, {"X-Service-Token", "nova"}}), "u");
    EXPECT_EQ(outcome({{"X-Auth-Token", "user"}, {"X-Service-Token", "other"}}), refused);
    EXPECT_EQ(outcome({{"X-Auth-Token", "user"}, {"X-Service-Token", "x"}}), refused);
}

TEST_F(keystone_source_test, anonymous_callers_are_let_in_only_where_the_decision_is_delayed) {
    options.allow_anonymous_access = true;
    EXPECT_EQ(outcome({}), "anonymous");
    EXPECT_EQ(outcome({{"X-Auth-Token", "x"}}), "anonymous");
    with.delay_auth_decision = false;
    EXPECT_EQ(outcome({}), refused);
    EXPECT_EQ(outcome({{"X-Auth-Token", "x"}}), refused);
}

TEST_F(keystone_source_test, nobody_is_judged_while_keystone_is_away) {
    options.allow_anonymous_access = true;
    keystone.away = true;
    for (const bool delayed : {true, false}) {
        with.delay_auth_decision = delayed;
        EXPECT_EQ(outcome({{"X-Auth-Token", "user"}}), "503");
        EXPECT_EQ(outcome({{"X-Auth-Token", "user"}, {"X-Service-Token", "nova"}}), "503");
    }
    EXPECT_EQ(outcome({}), refused);
}

TEST_F(keystone_source_test, users_are_told_auth_url_where_nothing_else_is_set) {
    with.www_authenticate_uri = "";
    with.auth_url = "http://internal:5000";
    EXPECT_EQ(outcome({}), R"(Keystone uri="http://internal:5000")");
}

TEST_F(keystone_source_test, bound_tokens) {
    add("free", "f", {});
    add("kerberos", "k", {}).binds = {"kerberos"};
    add("x509", "x", {}).binds = {"x509"};
    const struct {
        const char* mode;
        std::string free, x509, kerberos;
    } cases[] = {
        {"disabled", "f", "x", "k"},
        {"permissive", "f", "x", refused},
        {"strict", "f", refused, refused},
        {"required", refused, refused, refused},
        {"kerberos", refused, refused, refused},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.mode);
        with.enforce_token_bind = c.mode;
        EXPECT_EQ(outcome({{"X-Auth-Token", "free"}}), c.free);
        EXPECT_EQ(outcome({{"X-Auth-Token", "x509"}}), c.x509);
        EXPECT_EQ(outcome({{"X-Auth-Token", "kerberos"}}), c.kerberos);
    }
}

TEST_F(keystone_source_test, application_credentials_are_good_for_what_their_rules_say) {
    auto& token = add("bound", "b", {"member"});
    token.access_rules = {{"image", "GET", "/v2/images"}, {"compute", "POST", "/v2/images"}};
    token.names_service = true;
    EXPECT_EQ(outcome({{"X-Auth-Token", "bound"}}), refused) << "we do not know who we are";
    with.service_type = "image";
    EXPECT_EQ(outcome({{"X-Auth-Token", "bound"}}), "b");
    method = "POST";
    EXPECT_EQ(outcome({{"X-Auth-Token", "bound"}}), refused) << "of another service";
    EXPECT_EQ(outcome({{"X-Auth-Token", "bound"}, {"X-Service-Token", "nova"}}), "b");
    EXPECT_EQ(outcome({{"X-Auth-Token", "bound"}, {"X-Service-Token", "x"}}), refused);
    method = "GET";
    path = "/images/1";
    EXPECT_EQ(outcome({{"X-Auth-Token", "bound"}}), refused);
    path = "/images";
    prefix = "/image";
    EXPECT_EQ(outcome({{"X-Auth-Token", "bound"}}), refused) << "the prefix is part of the path";
    prefix.clear();
    token.names_service = false;
    EXPECT_EQ(outcome({{"X-Auth-Token", "bound"}}), refused) << "the catalog does not have us";
    token.access_rules.emplace();
    token.names_service = true;
    EXPECT_EQ(outcome({{"X-Auth-Token", "bound"}}), refused) << "no rules allow nothing";
}

}  // namespace
