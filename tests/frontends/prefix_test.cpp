// SPDX-License-Identifier: Apache-2.0
// glimt under a prefix of a front end's, where uwsgi tells it: paths lose it, links have it.
#include "frontends/support/front_end.hpp"
#include "frontends/support/recipe.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace glimt::testing {
namespace {

struct prefix_case {
    const char* name;
    const program_frame* program;
    const char* heading;
};

void PrintTo(const prefix_case& c, std::ostream* out) { *out << c.name; }

class prefix : public ::testing::TestWithParam<prefix_case> {};

TEST_P(prefix, is_in_links_and_not_in_paths) {
    const auto& c = GetParam();
    if (::access(c.program->path, X_OK) != 0)
        GTEST_SKIP() << c.program->path << " is not installed (tools/deps --all)";
    glimt_process glimt;
    const front_end front({.name = c.name, .program = c.program, .heading = c.heading},
                          glimt.addresses());
    const auto get = [&front](const std::string& target) {
        auto visitor = front.connect();
        visitor.send("GET " + target + " HTTP/1.1\r\nHost: images.test\r\n\r\n");
        return visitor.read_reply();
    };
    const auto versions = get("/image/versions");
    EXPECT_EQ(versions.status, 200u);
    EXPECT_NE(versions.body.find("\"http://images.test/image/v2/\""), std::string::npos)
        << versions.body;
    EXPECT_EQ(get("/image/healthcheck").body, "OK");
    EXPECT_EQ(get("/image").status, 300u);
    EXPECT_EQ(get("/image/").status, 300u);
    EXPECT_EQ(get("/image/v2/nowhere").status, 404u);
}

INSTANTIATE_TEST_SUITE_P(each, prefix,
                         ::testing::Values(prefix_case{"apache", &apache, "Apache with a prefix"},
                                           prefix_case{"nginx", &nginx, "nginx with a prefix"}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace glimt::testing
