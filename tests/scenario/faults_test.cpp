// SPDX-License-Identifier: Apache-2.0
// The fault seam in the real binary: operations that fail, come back short or come late by plan.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>

namespace glimt::testing {

namespace {

glimt_process::options with_faults(std::string plan) {
    return {.defaults = "workers = 1",
            .environment = {{"GLIMT_FAULTS", std::move(plan)}},
            .await_listening = true};
}

class faults_scenario : public ::testing::Test {
protected:
    // A binary with the seam refuses a plan that is none.
    void SetUp() override {
        auto bad = with_faults("nonsense");
        bad.await_listening = false;
        glimt_process server(bad);
        server.logs("listening on ", 2s);
        if (server.process().running()) GTEST_SKIP() << "this build has no fault seam";
        EXPECT_EQ(server.wait(), 1);
        EXPECT_NE(server.log().find("GLIMT_FAULTS: "), std::string::npos) << server.log();
    }
};

}  // namespace

TEST_F(faults_scenario, sends_of_one_byte_are_a_whole_answer) {
    const glimt_process server(with_faults("send:*=short:1"));
    EXPECT_EQ(server.status_of_get("/healthcheck"), 200u);
}

TEST_F(faults_scenario, a_send_that_fails_costs_its_own_connection) {
    const glimt_process server(with_faults("send:1=ECONNRESET"));
    EXPECT_EQ(server.status_of_get("/healthcheck"), 0u);
    EXPECT_EQ(server.status_of_get("/healthcheck"), 200u);
}

TEST_F(faults_scenario, an_accept_that_fails_is_tried_again) {
    glimt_process server(with_faults("accept:1=EMFILE"));
    EXPECT_EQ(server.status_of_get("/healthcheck"), 200u);
    EXPECT_NE(server.log().find("cannot accept on "), std::string::npos) << server.log();
}

}  // namespace glimt::testing
