// SPDX-License-Identifier: Apache-2.0
// A crowd of clients at once through every front end: all are answered, all with 200.
#include "frontends/support/front_end.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace glimt::testing {
namespace {

using load = behind;

TEST_P(load, of_a_crowd_is_answered) {
    constexpr const char* wrk = "/usr/bin/wrk";
    if (::access(wrk, X_OK) != 0) GTEST_SKIP() << "wrk is not installed (tools/deps --all)";
    // Apache as configured here holds fewer.
    const auto clients = GetParam().program == &apache ? "-c100" : "-c1000";
    child_process::options run;
    run.command = {wrk, "-t1", clients, "-d3s", "--timeout", "10s", front_->url("/healthcheck")};
    child_process process(run);
    EXPECT_EQ(process.wait(30s), 0);
    const auto report = process.log();
    EXPECT_NE(report.find("Requests/sec"), std::string::npos) << report;
    EXPECT_EQ(report.find("Non-2xx or 3xx"), std::string::npos) << report;
    EXPECT_EQ(report.find("Socket errors"), std::string::npos) << report;
}

INSTANTIATE_TEST_SUITE_P(every, load, ::testing::ValuesIn(arrangements()), name_of_arrangement);

}  // namespace
}  // namespace glimt::testing
