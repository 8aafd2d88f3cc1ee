// SPDX-License-Identifier: Apache-2.0
// An operator's files of rules: obeyed from the start, followed when they change, and kept out of
// force when they cannot be read.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"
#include "scenario/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace glimt::testing {

namespace {

struct policy_scenario : ::testing::Test {
    const temporary_folder folder;

    void write(const std::string& name, std::string_view text) const {
        const auto path = folder / name;
        std::ofstream(path + ".new") << text;
        std::filesystem::rename(path + ".new", path);
    }

    glimt_process::options options() const {
        return {.defaults = "[oslo_policy]\npolicy_file = " + (folder / "policy.yaml") +
                            "\npolicy_dirs = " + (folder / "more")};
    }
};

TEST_F(policy_scenario, rules_are_followed_when_they_change) {
    write("policy.yaml", "get_images: '!'\n");
    glimt_process server(options());
    EXPECT_EQ(server.status_of_get("/v2/images"), 403u);

    write("policy.yaml", "get_images: role:admin\n");
    EXPECT_TRUE(server.logs("new rules are in force"));
    EXPECT_EQ(server.status_of_get("/v2/images"), 200u);

    write("policy.yaml", "get_images: '!'\nget_image: @\n");
    EXPECT_TRUE(server.logs("the rules stay as they were: " + (folder / "policy.yaml") +
                            ":2: found character that cannot start any token"));
    EXPECT_EQ(server.status_of_get("/v2/images"), 200u);

    std::filesystem::create_directory(folder / "more");
    write("more/1.json", R"({"get_images": "!"})");
    write("policy.yaml", "");
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (server.status_of_get("/v2/images") != 403u)
        ASSERT_LT(std::chrono::steady_clock::now(), end);
}

TEST_F(policy_scenario, rules_that_cannot_be_obeyed_stop_the_start) {
    write("policy.yaml", "# ours\nget_images: rule:nowhere\na: rule:b\nb: rule:a\n");
    auto what = options();
    what.await_listening = false;
    glimt_process server(what);
    EXPECT_TRUE(server.logs("cannot start: " + (folder / "policy.yaml") +
                            ":2: policy rule get_images: there is no rule nowhere"));
    EXPECT_TRUE(server.logs("policy.yaml:3: policy rule a: it refers to itself"));
    EXPECT_EQ(server.wait(), 22);
}

}  // namespace

}  // namespace glimt::testing
