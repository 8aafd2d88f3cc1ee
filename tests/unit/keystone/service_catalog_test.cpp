// SPDX-License-Identifier: Apache-2.0
#include "keystone/service_catalog.hpp"

#include <gtest/gtest.h>

using namespace glimt;

namespace {

TEST(service_catalog, version_three_is_at_or_below_the_url) {
    const std::pair<const char*, const char*> cases[] = {
        {"http://k:5000", "http://k:5000/v3"},
        {"http://k:5000/", "http://k:5000/v3"},
        {"http://k:5000/v3", "http://k:5000/v3"},
        {"http://k:5000/v3///", "http://k:5000/v3"},
        {"https://k/identity", "https://k/identity/v3"},
        {"https://k/identity/v3/", "https://k/identity/v3"},
        {"http://k:5000/v2.0/", "http://k:5000/v3"},
    };
    for (const auto& [url, expected] : cases) {
        EXPECT_EQ(version_three_of(url), expected);
        EXPECT_EQ(names_version_three(url), std::string_view(url).find("/v3") != std::string::npos);
    }
}

TEST(service_catalog, a_document_says_whether_there_is_a_version_three) {
    const std::pair<const char*, bool> cases[] = {
        {R"({"versions":{"values":[{"id":"v2.0"},{"id":"v3.14"}]}})", true},
        {R"({"versions":[{"id":"v3"}]})", true},
        {R"({"version":{"id":"v3.8"}})", true},
        {R"({"versions":{"values":[{"id":"v2.0"}]}})", false},
        {R"({"versions":{"values":[{"id":"v30"},{"id":7},{}]}})", false},
        {R"({"versions":[]})", false},
        {R"({"version":{"id":"v2.0"}})", false},
        {R"({})", true},
        {"<html>", true},
        {"", true},
    };
    for (const auto& [document, expected] : cases)
        EXPECT_EQ(may_have_version_three(document), expected) << document;
}

constexpr std::string_view login =
    R"({"token":{"expires_at":"2026-11-25T12:00:00.000000Z","catalog":[
        7, {"type":"image","endpoints":[{"interface":"internal","url":"http://image"}]},
        {"type":"identity"}, {"type":"identity","endpoints":[7,
            {"interface":"public","region":"one","url":"http://public"},
            {"interface":"internal","region":"one","url":"http://one"},
            {"interface":"internal","region_id":"two","url":"http://two"}]}]}})";

TEST(service_catalog, keystone_finds_itself_there) {
    const struct {
        const char *interface, *region, *url;
    } cases[] = {
        {"internal", "", "http://one"},
        {"internal", "one", "http://one"},
        {"internal", "two", "http://two"},
        {"public", "", "http://public"},
        {"public", "two", ""},
        {"admin", "", ""},
    };
    for (const auto& c : cases) {
        const auto read = read_login(login, c.interface, c.region);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->identity_url, c.url) << c.interface << " " << c.region;
        EXPECT_EQ(iso8601(read->expires), "2026-11-25T12:00:00Z");
    }
}

TEST(service_catalog, a_login_without_a_catalog_is_one) {
    const auto read = read_login(R"({"token":{"expires_at":"2026-11-25T12:00:00Z"}})", "x", "");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->identity_url, "");
    for (const auto none : {"", "{}", "[]", R"({"token":7})", R"({"token":{"expires_at":7}})"})
        EXPECT_FALSE(read_login(none, "internal", "")) << none;
}

}  // namespace
