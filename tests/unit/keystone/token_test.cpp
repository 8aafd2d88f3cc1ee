// SPDX-License-Identifier: Apache-2.0
#include "keystone/token.hpp"

#include "support/keystone_fixture.hpp"

#include <gmock/gmock.h>

using namespace glimt;
using namespace glimt::testing;
using ::testing::ElementsAre;

namespace {

constexpr std::string_view noon = "2026-11-25T12:00:00.000000Z";

TEST(keystone_time, is_read_as_keystone_writes_it) {
    const std::pair<const char*, const char*> cases[] = {
        {"2026-11-25T12:34:56.000000Z", "2026-11-25T12:34:56Z"},
        {"2026-11-25T12:34:56.999999Z", "2026-11-25T12:34:56Z"},
        {"2026-11-25T12:34:56Z", "2026-11-25T12:34:56Z"},
        {"2026-11-25T12:34:56+00:00", "2026-11-25T12:34:56Z"},
        {"2024-02-29T00:00:00", "2024-02-29T00:00:00Z"},
        {"1700-01-01T00:00:00Z", "1700-01-01T00:00:00Z"},
        {"2200-12-31T23:59:59Z", "2200-12-31T23:59:59Z"},
        {"2026-02-29T00:00:00Z", nullptr},
        {"2026-13-01T00:00:00Z", nullptr},
        {"2026-00-01T00:00:00Z", nullptr},
        {"2026-11-25T24:00:00Z", nullptr},
        {"2026-11-25T00:60:00Z", nullptr},
        {"2026-11-25T00:00:61Z", nullptr},
        {"9999-11-25T00:00:00Z", nullptr},
        {"2026-11-25 00:00:00Z", nullptr},
        {"2026-11-25T00:00:00.0+01:00", nullptr},
        {"2026-11-25T00:00", nullptr},
        {"+026-11-25T00:00:00Z", nullptr},
        {"", nullptr},
    };
    for (const auto& [text, expected] : cases) {
        SCOPED_TRACE(text);
        const auto read = read_keystone_time(text);
        ASSERT_EQ(read.has_value(), expected != nullptr);
        if (expected) EXPECT_EQ(iso8601(*read), expected);
    }
}

TEST(keystone_token, of_a_project_a_domain_the_cloud_and_nothing) {
    const auto of_project = read_token(token_document(noon, R"([{"name":"a"},{"name":"B"}])"), "");
    ASSERT_TRUE(of_project);
    EXPECT_THAT(of_project->roles, ElementsAre("a", "B"));
    EXPECT_EQ(of_project->project_id, "p");
    EXPECT_FALSE(of_project->domain_id);
    EXPECT_FALSE(of_project->whole_system);
    EXPECT_TRUE(of_project->is_admin_project);

    const auto read = [](std::string_view scope) {
        return read_token(
            fmt::format(R"({{"token":{{"expires_at":"{}","user":{{"id":"u"}}{}}}}})", noon, scope),
            "");
    };
    const auto of_domain = read(R"(,"domain":{"id":"d"},"is_admin_project":false)");
    ASSERT_TRUE(of_domain);
    EXPECT_EQ(of_domain->domain_id, "d");
    EXPECT_FALSE(of_domain->project_id);
    EXPECT_FALSE(of_domain->is_admin_project);
    const auto of_cloud = read(R"(,"system":{"all":true})");
    ASSERT_TRUE(of_cloud);
    EXPECT_TRUE(of_cloud->whole_system);
    const auto unscoped = read("");
    ASSERT_TRUE(unscoped);
    EXPECT_EQ(unscoped->user_id, "u");
    EXPECT_FALSE(unscoped->user_domain_id);
    EXPECT_TRUE(unscoped->roles.empty());
}

TEST(keystone_token, carries_what_restricts_it) {
    const auto read = [](std::string_view more) {
        return read_token(token_document(noon, "[]", more), "image");
    };
    EXPECT_FALSE(read("")->access_rules);
    EXPECT_FALSE(read(R"(,"application_credential":{"id":"a"})")->access_rules);
    EXPECT_FALSE(read(R"(,"application_credential":{"access_rules":null})")->access_rules);
    const auto none = read(R"(,"application_credential":{"access_rules":[]})");
    ASSERT_TRUE(none->access_rules);
    EXPECT_TRUE(none->access_rules->empty());
    const auto one = read(R"(,"application_credential":{"access_rules":[)"
                          R"({"service":"image","method":"GET","path":"/v2/images"}]})");
    EXPECT_EQ(one->access_rules->at(0).service, "image");
    EXPECT_EQ(one->access_rules->at(0).method, "GET");
    EXPECT_EQ(one->access_rules->at(0).path, "/v2/images");
    EXPECT_THAT(read(R"(,"bind":{"kerberos":"x","x509":"y"})")->binds,
                ElementsAre("kerberos", "x509"));
}

TEST(keystone_token, is_looked_for_our_service_in_its_catalog) {
    const auto named = [](std::string_view catalog) {
        return read_token(token_document(noon, "[]", catalog), "image")->names_service;
    };
    EXPECT_TRUE(named(R"(,"catalog":[{"type":"identity"},{"type":"image"}])"));
    EXPECT_FALSE(named(R"(,"catalog":[{"type":"identity"}])"));
    EXPECT_FALSE(named(R"(,"catalog":[])"));
    EXPECT_FALSE(named(R"(,"catalog":7)"));
    EXPECT_FALSE(named(""));
}

}  // namespace
