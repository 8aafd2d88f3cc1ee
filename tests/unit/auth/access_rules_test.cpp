// SPDX-License-Identifier: Apache-2.0
#include "auth/access_rules.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace glimt;

namespace {

TEST(access_rules, match_as_keystonemiddleware_matches_them) {
    const struct {
        const char *pattern, *path;
        bool matches;
    } cases[] = {
        {"/v2/images", "/v2/images", true},
        {"/v2/images", "/v2/images/", false},
        {"/v2/images", "/v2/image", false},
        {"/v2/images", "/v2/Images", false},
        {"/v2.images", "/v2/images", false},  // a '.' there is any character
        {"/v2/images/{id}", "/v2/images/1", true},
        {"/v2/images/{id}", "/v2/images/", false},
        {"/v2/images/{id}", "/v2/images/1/file", false},
        {"/v2/images/{id}/file", "/v2/images/1/file", true},
        {"/v2/images/*", "/v2/images/1", true},
        {"/v2/images/*", "/v2/images/1/file", false},
        {"/v2/*/1", "/v2/images/1", true},
        {"/v2/i*s/1", "/v2/images/1", true},
        {"/v2/images*", "/v2/images", false},
        {"/v2/images**", "/v2/images", true},
        {"/v2/images/**", "/v2/images/1/file", true},
        {"/v2/images/**", "/v2/images/", true},
        {"/v2/images/**", "/v2/images", false},
        {"/**", "/v2/images/1/file", true},
        {"**/file", "/v2/images/1/file", true},
        {"**/file", "/v2/images/1/files", false},
        {"***", "/v2", true},
        {"***", "", false},
        {"**", "", true},
        {"*", "", false},
        {"", "", true},
        {"", "/", false},
        {"/{id", "/{id", true},
        {"/{id", "/1", false},
        {"*a*b*", "xaybz", true},
        {"*a*b*", "xab", false},
    };
    for (const auto& c : cases)
        EXPECT_EQ(matches_access_path(c.pattern, c.path), c.matches) << c.pattern << " " << c.path;
}

TEST(access_rules, take_little_time_whatever_they_are) {
    std::string pattern;
    for (int i = 0; i < 100; ++i) pattern += "*a**";
    EXPECT_FALSE(matches_access_path(pattern, std::string(2048, 'a') + "b"));
    EXPECT_FALSE(matches_access_path("**", std::string(100'000, 'a')));
    EXPECT_TRUE(matches_access_path("**", std::string(2048, 'a')));
}

}  // namespace
