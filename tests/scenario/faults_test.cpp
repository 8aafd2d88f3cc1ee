// SPDX-License-Identifier: Apache-2.0
// The fault seam in the real binary: operations that fail, come back short or come late by plan.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"
#include "scenario/support/server_with_data.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

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

// Whether it has no file of an image open any more, or soon.
bool closes_images(const child_process& server) {
    const auto is_image = [](const auto& each) {
        std::error_code ec;  // one that is closed meanwhile
        return std::filesystem::read_symlink(each, ec).string().find("/data/images/") !=
               std::string::npos;
    };
    const auto end = std::chrono::steady_clock::now() + 5s;
    const auto numbers = "/proc/" + std::to_string(server.pid()) + "/fd";
    for (;;) {
        const std::filesystem::directory_iterator all(numbers);
        if (std::ranges::none_of(all, is_image)) return true;
        if (std::chrono::steady_clock::now() > end) return false;
    }
}

// A download is whole, or an error, or cut: never other bytes.
void expect_no_wrong_bytes(const reply& answer, const std::string& bytes) {
    if (answer.status == 200) {
        EXPECT_TRUE(bytes.starts_with(answer.body));
        EXPECT_EQ(answer.complete, answer.body.size() == bytes.size());
    } else {
        EXPECT_TRUE(answer.status == 0 || answer.status == 500) << answer.status;
    }
}

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

TEST_F(faults_scenario, a_download_whose_operations_fail_costs_itself_at_most) {
    const temporary_folder data;
    const std::string bytes = bytes_of(3'000'000);
    {
        server_with_data server(data);
        server.create(1);
        EXPECT_EQ(server.ask(server.upload(1, bytes)).status, 204u);
    }
    for (const std::string each :
         {"open:1=EIO", "open:1=EACCES", "open:1=EMFILE", "statx:1=EIO", "recv:3=ECONNRESET",
          "recv:4=ECONNRESET", "send:3=ECONNRESET", "send:3=short:10", "send:4=EPIPE"}) {
        SCOPED_TRACE(each);
        server_with_data server(data, with_faults(each));
        for (int i = 0; i < 2; ++i) EXPECT_EQ(server.status(1), "active");
        for (int i = 0; i < 3; ++i)
            expect_no_wrong_bytes(server.ask(get(path_of(1) + "/file")), bytes);
        EXPECT_TRUE(server.data_of(1) == bytes);
        EXPECT_TRUE(closes_images(server->process()));
    }
}

}  // namespace glimt::testing
