// SPDX-License-Identifier: Apache-2.0
// What it runs on: io_uring, or epoll where that is refused, and it says which.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>

namespace glimt::testing {

TEST(loop_scenario, it_says_which_one_it_got) {
    glimt_process server;
    const auto loop = loop_name();
    if (loop == "auto") GTEST_SKIP() << "GLIMT_LOOP is not set";
    EXPECT_NE(server.log().find(loop == "uring" ? "run on io_uring" : "run on epoll"),
              std::string::npos)
        << server.log();
}

TEST(loop_scenario, where_io_uring_is_refused_it_says_so_once_and_serves) {
    glimt_process server({.arguments = {"--loop", "auto"}, .without_io_uring = true});
    EXPECT_EQ(server.status_of_get("/healthcheck"), 200u);
    const auto said = server.log();
    const auto first = said.find(" WARNING glimt.core [-] io_uring is refused here: ");
    ASSERT_NE(first, std::string::npos) << said;
    EXPECT_NE(said.find("run on epoll\n", first), std::string::npos) << said;
    EXPECT_EQ(said.find("io_uring"), said.rfind("io_uring")) << said;
}

TEST(loop_scenario, told_to_run_on_io_uring_alone_it_does_not_start_without) {
    glimt_process server(
        {.arguments = {"--loop", "uring"}, .without_io_uring = true, .await_listening = false});
    EXPECT_EQ(server.wait(), 1);
    EXPECT_NE(server.log().find(" CRITICAL glimt.app [-] cannot start: io_uring"),
              std::string::npos)
        << server.log();
}

}  // namespace glimt::testing
