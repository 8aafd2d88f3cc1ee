// SPDX-License-Identifier: Apache-2.0
#include "keystone/credentials.hpp"

#include <gmock/gmock.h>

#include <functional>

using namespace glimt;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

keystone_settings usual() {
    keystone_settings with;
    with.auth_type = "password";
    with.auth_url = "http://keystone:5000";
    with.username = "glance";
    with.password = "secret \"quoted\"";
    with.user_domain_name = "Default";
    with.project_name = "service";
    with.project_domain_id = "default";
    return with;
}

TEST(credentials, become_the_document_of_a_login) {
    const struct {
        const char* what;
        std::function<void(keystone_settings&)> change;
        const char* document;
    } cases[] = {
        {"names", [](auto&) {},
         R"({"auth":{"scope":{"project":{"name":"service","domain":{"id":"default"}}},)"
         R"("identity":{"methods":["password"],"password":{"user":{"name":"glance",)"
         R"("domain":{"name":"Default"},"password":"secret \"quoted\""}}}}})"},
        {"identifiers", [](auto& with) { with.user_id = "u", with.project_id = "p"; },
         R"({"auth":{"scope":{"project":{"id":"p"}},"identity":{"methods":["password"],)"
         R"("password":{"user":{"id":"u","password":"secret \"quoted\""}}}}})"},
        {"one domain for both",
         [](auto& with) {
             with.user_domain_name = with.project_domain_id = "";
             with.default_domain_id = "d";
         },
         R"({"auth":{"scope":{"project":{"name":"service","domain":{"id":"d"}}},)"
         R"("identity":{"methods":["password"],"password":{"user":{"name":"glance",)"
         R"("domain":{"id":"d"},"password":"secret \"quoted\""}}}}})"},
        {"the cloud", [](auto& with) { with.project_name = "", with.system_scope = "all"; },
         R"({"auth":{"scope":{"system":{"all":true}},)"
         R"("identity":{"methods":["password"],"password":{"user":{"name":"glance",)"
         R"("domain":{"name":"Default"},"password":"secret \"quoted\""}}}}})"},
        {"a domain", [](auto& with) { with.project_name = "", with.domain_name = "d"; },
         R"({"auth":{"scope":{"domain":{"name":"d"}},)"
         R"("identity":{"methods":["password"],"password":{"user":{"name":"glance",)"
         R"("domain":{"name":"Default"},"password":"secret \"quoted\""}}}}})"},
        {"nothing", [](auto& with) { with.project_name = ""; },
         R"({"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"glance",)"
         R"("domain":{"name":"Default"},"password":"secret \"quoted\""}}}}})"},
        {"an application credential",
         [](auto& with) {
             with.auth_type = "v3applicationcredential";
             with.application_credential_id = "a";
             with.application_credential_secret = "s";
         },
         R"({"auth":{"identity":{"methods":["application_credential"],)"
         R"("application_credential":{"id":"a","secret":"s"}}}})"},
        {"an application credential by name",
         [](auto& with) {
             with.auth_type = "v3applicationcredential";
             with.application_credential_name = "a";
             with.application_credential_secret = "s";
         },
         R"({"auth":{"identity":{"methods":["application_credential"],)"
         R"("application_credential":{"name":"a","user":{"name":"glance",)"
         R"("domain":{"name":"Default"}},"secret":"s"}}}})"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        auto with = usual();
        c.change(with);
        EXPECT_THAT(complaints_about_credentials(with), IsEmpty());
        EXPECT_EQ(login_document(with), c.document);
    }
}

TEST(credentials, that_cannot_log_in_are_refused) {
    const struct {
        const char* complaint;
        std::function<void(keystone_settings&)> change;
    } cases[] = {
        {"auth_url", [](auto& with) { with.auth_url = ""; }},
        {"auth_url", [](auto& with) { with.auth_url = "keystone:5000"; }},
        {"auth_type", [](auto& with) { with.auth_type = ""; }},
        {"auth_type", [](auto& with) { with.auth_type = "v2password"; }},
        {"username", [](auto& with) { with.username = ""; }},
        {"user_domain_id", [](auto& with) { with.user_domain_name = ""; }},
        {"a domain and a project", [](auto& with) { with.domain_id = "d"; }},
        {"application_credential_secret",
         [](auto& with) {
             with.auth_type = "v3applicationcredential";
             with.application_credential_id = "a";
         }},
        {"application_credential_id",
         [](auto& with) {
             with.auth_type = "v3applicationcredential";
             with.application_credential_secret = "s";
         }},
    };
    for (const auto& c : cases) {
        auto with = usual();
        c.change(with);
        const auto complaints = complaints_about_credentials(with);
        EXPECT_THAT(complaints, ElementsAre(HasSubstr(c.complaint)));
        for (const auto& each : complaints) EXPECT_EQ(each.find("secret \""), each.npos) << each;
    }
}

}  // namespace
