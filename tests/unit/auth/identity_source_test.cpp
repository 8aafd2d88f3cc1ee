// SPDX-License-Identifier: Apache-2.0
#include "auth/identity_source.hpp"

#include "config/strip.hpp"
#include "core/problem.hpp"
#include "support/loop_fixture.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <ranges>

namespace glimt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const policy& rules() {
    static std::vector<std::string> errors;
    static const policy made({}, errors);
    return made;
}

settings options_of(std::string_view filters, const char* listen = "127.0.0.1:0") {
    settings options;
    options.paste_path = "/e/glance-api-paste.ini";
    options.paste_text = fmt::format(
        "[pipeline:glance-api]\npipeline = {} rootapp\n[app:rootapp]\n"
        "[filter:context]\n"
        "paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory\n"
        "[filter:unauthenticated-context]\npaste.filter_factory = "
        "glance.api.middleware.context:UnauthenticatedContextMiddleware.factory\n"
        "[filter:fakeauth]\n"
        "paste.filter_factory = glance.tests.utils:FakeAuthMiddleware.factory\n"
        "[filter:authtoken]\n"
        "paste.filter_factory = keystonemiddleware.auth_token:filter_factory\n"
        "[filter:odd]\npaste.filter_factory = site:odd\n",
        filters);
    EXPECT_EQ(parse_listen_address(listen, options.listen.emplace_back()), "");
    return options;
}

request_head head_of(std::initializer_list<header> headers) {
    request_head head;
    head.headers.assign(headers.begin(), headers.end());
    return head;
}

// As record_identity.py writes it: what is None or empty is left out.
std::string describe(const request_context& caller) {
    std::string out;
    const auto text = [&](std::string_view name, const std::optional<std::string>& value) {
        if (value) out += fmt::format("\t{}={}", name, *value);
    };
    const auto list = [&](std::string_view name, const std::vector<std::string>& value) {
        if (!value.empty()) out += fmt::format("\t{}={}", name, fmt::join(value, ","));
    };
    text("user_id", caller.user_id);
    text("user_domain_id", caller.user_domain_id);
    text("project_id", caller.project_id);
    text("project_domain_id", caller.project_domain_id);
    text("domain_id", caller.domain_id);
    text("system_scope", caller.system_scope);
    text("service_user_id", caller.service_user_id);
    text("service_user_domain_id", caller.service_user_domain_id);
    text("service_project_id", caller.service_project_id);
    text("service_project_domain_id", caller.service_project_domain_id);
    list("roles", caller.roles);
    list("service_roles", caller.service_roles);
    out += fmt::format("\tis_admin={:d}\tis_admin_project={:d}\tread_only={:d}", caller.is_admin,
                       caller.is_admin_project, caller.read_only);
    return out;
}

// Whom the source of that plan takes the request for; the source waits for nothing.
request_context caller_of(const identity_plan& plan, const settings& options,
                          const request_head& head) {
    ring_context loop(make_ring(glimt::testing::loop_under_test()));
    const auto source = make_identity_source(plan, options, rules());
    request_context caller;
    std::exception_ptr failure;
    const auto ask = [&]() -> task<> { caller = co_await source->identify(head, "/images"); };
    asio::co_spawn(loop.get_executor(), ask(), [&](std::exception_ptr e) { failure = e; });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    return caller;
}

std::string identify(const settings& options, const request_head& head) {
    try {
        return "=" + describe(caller_of(plan_identities(options), options, head));
    } catch (const problem& why) {
        return why.why() == reason::unauthorized ? "=\t401" : "=\t" + why.detail();
    }
}

// The head of a recorded request: its fields are views of the line.
request_head recorded_head(std::span<const std::string> fields) {
    request_head head;
    for (const std::string_view field : fields) {
        const auto colon = field.find(": ");
        head.headers.push_back({field.substr(0, colon), strip(field.substr(colon + 2))});
    }
    return head;
}

TEST(identity_source, takes_a_caller_for_whom_glance_takes_it) {
    std::ifstream in(GLIMT_TEST_DATA "/auth/identity_golden.txt");
    std::size_t requests = 0;
    for (std::string asked, answered; std::getline(in, asked) && std::getline(in, answered);) {
        SCOPED_TRACE(asked);
        std::vector<std::string> fields;
        for (const auto part : asked | std::views::split('\t'))
            fields.emplace_back(part.begin(), part.end());
        auto options = options_of(fields[0]);
        options.allow_anonymous_access = fields[1] == "1";
        const auto head = recorded_head(std::span(fields).subspan(2));
        // Our admin of an open door has roles, for rules that no longer know is_admin.
        if (fields[0] == "unauthenticated-context") {
            const std::string roles = "\troles=admin,member,reader";
            answered.insert(1, roles);
        }
        EXPECT_EQ(identify(options, head), answered);
        ++requests;
    }
    EXPECT_GT(requests, 70u);
}

TEST(identity_source, a_made_up_token_of_another_form_is_no_identity) {
    const auto options = options_of("fakeauth context");
    for (const auto token : {"u", "u:t", "u:t:member:admin", "u:t:member:", ":::"})
        EXPECT_EQ(identify(options, head_of({{"X-Auth-Token", token}})), "=\t401") << token;
}

TEST(identity_source, a_made_up_token_leaves_no_way_in_for_headers) {
    const auto options = options_of("fakeauth context");
    const auto head = head_of({{"X-Auth-Token", "u:t:member"},
                               {"X-Project-Id", "other"},
                               {"X-Domain-Id", "d"},
                               {"X-Service-Roles", "service"}});
    EXPECT_EQ(identify(options, head),
              "=\tuser_id=u\tproject_id=t\troles=member\tis_admin=0\tis_admin_project=1\t"
              "read_only=0");
    EXPECT_EQ(
        identify(options, head_of({{"X-Identity-Status", "Confirmed"}, {"X-Roles", "admin"}})),
        "=\t401");
}

TEST(identity_source, the_spelling_with_an_underscore_is_never_believed) {
    const auto options = options_of("context");
    EXPECT_EQ(identify(options, head_of({{"X_Identity_Status", "Confirmed"}})), "=\t401");
    EXPECT_EQ(identify(options, head_of({{"X-Identity-Status", "Confirmed"},
                                         {"X_Roles", "admin"},
                                         {"X_User_Id", "root"}})),
              "=\tis_admin=0\tis_admin_project=1\tread_only=0");
}

TEST(identity_source, what_is_said_twice_is_not_believed) {
    const auto options = options_of("context");
    EXPECT_EQ(identify(options, head_of({{"X-Identity-Status", "Confirmed"},
                                         {"X-Roles", "member"},
                                         {"x-roles", "admin"}})),
              "=\tHeader x-roles is there twice.");
}

TEST(identity_source, request_ids_of_clients_count_behind_a_context) {
    const auto adopts = [](const char* filters) {
        const auto options = options_of(filters);
        return make_identity_source(plan_identities(options), options, rules())
            ->adopts_request_ids();
    };
    EXPECT_TRUE(adopts("context"));
    EXPECT_TRUE(adopts("fakeauth context"));
    EXPECT_FALSE(adopts("unauthenticated-context"));
}

TEST(identity_source, refuses_to_start_with_what_it_cannot_do_safely) {
    const struct {
        const char* what;
        const char* filters;
        const char* listen;
        bool trusted;
        const char* error;  // nothing: it starts
    } cases[] = {
        {"the open door", "unauthenticated-context", "127.0.0.1:1", false, nullptr},
        {"the open door to everybody", "unauthenticated-context", "0.0.0.0:1", false, nullptr},
        {"two ways of taking tokens", "authtoken fakeauth context", "127.0.0.1:1", true,
         "names authtoken and fakeauth"},
        {"keystone, for everybody", "authtoken context", "0.0.0.0:1", false, nullptr},
        {"headers from here", "context", "127.0.0.1:1", false, nullptr},
        {"headers over a unix socket", "context", "unix:/run/glimt.sock", false, nullptr},
        {"headers from everywhere", "context", "0.0.0.0:1", false, "trust_identity_headers = true"},
        {"headers from everywhere, trusted", "context", "0.0.0.0:1", true, nullptr},
        {"made-up tokens", "fakeauth context", "[::1]:1", false, nullptr},
        {"made-up tokens from everywhere", "fakeauth context", "[::]:1", false,
         "trust_identity_headers = true"},
        {"made-up tokens too late", "context fakeauth", "0.0.0.0:1", false,
         "trust_identity_headers = true"},
        {"an unknown filter that may authenticate", "odd context", "127.0.0.1:1", false,
         "names odd, which glimt does not know and which may be what tells who a caller is"},
        {"the same, trusted", "odd context", "127.0.0.1:1", true, nullptr},
        {"an unknown filter behind the context", "context odd", "127.0.0.1:1", false, nullptr},
        {"no context", "odd", "127.0.0.1:1", true, "neither context nor unauthenticated-context"},
        {"tokens without a context", "fakeauth", "127.0.0.1:1", true,
         "neither context nor unauthenticated-context"},
        {"an open door behind keystone", "authtoken unauthenticated-context", "127.0.0.1:1", true,
         "makes everybody an admin, beside filters that tell callers apart"},
        {"an open door and a context", "context unauthenticated-context", "127.0.0.1:1", true,
         "makes everybody an admin, beside filters that tell callers apart"},
        {"a filter that is not there", "gone context", "127.0.0.1:1", true,
         "/e/glance-api-paste.ini: there is no [filter:gone] that says what makes it"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        auto options = options_of(c.filters, c.listen);
        options.trust_identity_headers = c.trusted;
        options.auth_type = "v3applicationcredential";
        options.auth_url = "http://keystone";
        options.application_credential_id = options.application_credential_secret = "c";
        const auto errors = plan_identities(options).errors;
        if (c.error) {
            EXPECT_THAT(errors, ElementsAre(HasSubstr(c.error)));
        } else {
            EXPECT_THAT(errors, IsEmpty());
        }
    }
}

TEST(identity_source, one_address_that_others_reach_is_enough_to_refuse) {
    auto options = options_of("context");
    EXPECT_EQ(parse_listen_address("10.0.0.1:9292", options.listen.emplace_back()), "");
    EXPECT_THAT(plan_identities(options).errors, ElementsAre(HasSubstr("trust_identity_headers")));
}

TEST(identity_source, warns_of_what_is_open_and_of_what_is_left_out) {
    const auto warnings = [](const char* filters, const char* listen) {
        return plan_identities(options_of(filters, listen)).warnings;
    };
    EXPECT_THAT(warnings("unauthenticated-context", "127.0.0.1:1"), IsEmpty());
    EXPECT_THAT(warnings("unauthenticated-context", "0.0.0.0:1"),
                ElementsAre(HasSubstr("makes everybody an admin")));
    EXPECT_THAT(warnings("context", "127.0.0.1:1"),
                ElementsAre(HasSubstr("has no filter that authenticates")));
    EXPECT_THAT(warnings("fakeauth context", "127.0.0.1:1"),
                ElementsAre(HasSubstr("names fakeauth, which is for tests")));
    EXPECT_THAT(warnings("unauthenticated-context odd", "127.0.0.1:1"),
                ElementsAre("glance-api names the filter odd (site:odd), which glimt does not "
                            "know: it is left out."));
}

// Another's filter before the open door may be its lock.
TEST(identity_source, no_unknown_filter_is_left_out_before_the_open_door) {
    EXPECT_THAT(plan_identities(options_of("odd unauthenticated-context", "127.0.0.1:1")).errors,
                ElementsAre(HasSubstr("may be what tells who a caller is")));
    settings trusting = options_of("odd unauthenticated-context", "127.0.0.1:1");
    trusting.trust_identity_headers = true;
    EXPECT_THAT(plan_identities(trusting).errors, IsEmpty());
}

TEST(identity_source, is_the_open_door_where_nobody_says_otherwise) {
    settings options;
    EXPECT_EQ(parse_listen_address("127.0.0.1:0", options.listen.emplace_back()), "");
    EXPECT_TRUE(caller_of(plan_identities(options), options, {}).is_admin);
    options.paste_flavor = "keystone";
    EXPECT_THAT(plan_identities(options).errors,
                ElementsAre(HasSubstr("[keystone_authtoken] auth_url"),
                            HasSubstr("[keystone_authtoken] auth_type")));
}

TEST(identity_source, what_the_filter_says_counts_before_keystone_authtoken) {
    settings options;
    options.auth_type = "password";
    options.auth_url = "http://elsewhere";
    options.username = "glance";
    options.user_domain_id = "d";
    options.delay_auth_decision = true;
    options.paste_flavor = "keystone";
    options.paste_path = "/e/paste.ini";
    options.paste_text =
        "[pipeline:glance-api-keystone]\npipeline = mine context rootapp\n[app:rootapp]\n"
        "[filter:context]\n"
        "paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory\n"
        "[filter:authtoken]\n"
        "paste.filter_factory = keystonemiddleware.auth_token:filter_factory\n"
        "auth_url = http://there\ndelay_auth_decision = true\nsomething = else\n"
        "[filter:mine]\nuse = authtoken\ndelay_auth_decision = off\ntoken_cache_time = 7\n";
    const auto plan = plan_identities(options);
    EXPECT_THAT(plan.errors, IsEmpty());
    EXPECT_EQ(plan.way, identity_way::keystone);
    EXPECT_EQ(plan.keystone.auth_url, "http://there");
    EXPECT_EQ(plan.keystone.username, "glance");
    EXPECT_FALSE(plan.keystone.delay_auth_decision);
    EXPECT_EQ(plan.keystone.token_cache_time, 7);

    options.paste_text += "password = x\ninsecure = perhaps\n";
    EXPECT_THAT(plan_identities(options).errors,
                ElementsAre(HasSubstr("[filter:mine] insecure: ")));
}

TEST(identity_source, glances_own_pipelines_delay_the_decision) {
    settings options;
    options.auth_type = "password";
    options.auth_url = "http://keystone";
    options.username = "glance";
    options.user_domain_id = "d";
    options.memcached_servers = {"127.0.0.1:11211"};
    options.insecure = true;
    for (const auto flavor : {"keystone", "keystone+caching", "keystone+cachemanagement"}) {
        options.paste_flavor = flavor;
        const auto plan = plan_identities(options);
        EXPECT_THAT(plan.errors, IsEmpty());
        EXPECT_TRUE(plan.keystone.delay_auth_decision);
        EXPECT_THAT(plan.warnings,
                    ElementsAre(HasSubstr("memcached_servers is not used"),
                                HasSubstr("www_authenticate_uri"), HasSubstr("insecure")));
    }
}

TEST(identity_source, the_admin_of_an_open_door_may_do_everything) {
    const auto options = options_of("unauthenticated-context");
    const auto admin = caller_of(plan_identities(options), options, {});
    for (std::size_t i = 0; i < policy_defaults.size(); ++i)
        EXPECT_EQ(rules().table()->decide(action::at(i), attribute_target({}), admin).so,
                  policy_ruling::answer::yes)
            << policy_defaults[i].name;
}

TEST(identity_source, knows_the_addresses_of_this_machine) {
    const std::pair<const char*, bool> cases[] = {
        {"127.0.0.1:1", true},    {"127.9.9.9:1", true},  {"[::1]:1", true},
        {"localhost:1", true},    {"unix:/s", true},      {"0.0.0.0:1", false},
        {"[::]:1", false},        {":1", false},          {"10.0.0.1:1", false},
        {"example.org:1", false}, {"128.0.0.1:1", false}, {"[::ffff:10.0.0.1]:1", false},
    };
    for (const auto& [text, local] : cases) {
        listen_address address;
        EXPECT_EQ(parse_listen_address(text, address), "");
        EXPECT_EQ(is_local(address), local) << text;
    }
}

}  // namespace
}  // namespace glimt
