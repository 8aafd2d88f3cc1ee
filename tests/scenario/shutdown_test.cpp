// SPDX-License-Identifier: Apache-2.0
// The end: queued clients are answered, idle ones let go, running requests finished, late ones cut;
// and whatever happens the exit code is 0.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <csignal>
#include <deque>
#include <filesystem>
#include <thread>

namespace glimt::testing {

namespace {

constexpr std::string_view half_a_head = "GET /healthcheck HTTP/1.1\r\nHost:";
constexpr std::string_view other_half = " test\r\n\r\n";
constexpr std::string_view draining = "no new connections";

// A connection that was answered, and stays.
client idle_client(const glimt_process& server, std::size_t address = 0) {
    auto idle = server.connect(address);
    idle.send(healthcheck);
    EXPECT_EQ(idle.read_reply().status, 200u);
    return idle;
}

// A connection whose request has begun, for certain: an answer came before it.
client busy_client(const glimt_process& server) {
    auto busy = server.connect();
    busy.send(healthcheck + std::string(half_a_head));
    EXPECT_EQ(busy.read_reply().status, 200u);
    return busy;
}

}  // namespace

TEST(shutdown_scenario, each_ending_signal_ends_it_with_0) {
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT}) {
        SCOPED_TRACE(signal);
        glimt_process server;
        server.send(signal);
        EXPECT_EQ(server.wait(2s), 0);
        EXPECT_NE(server.log().find("ended"), std::string::npos);
    }
}

TEST(shutdown_scenario, who_asks_for_statistics_as_of_uwsgi_does_not_end_it) {
    glimt_process server;
    for (const int signal : {SIGUSR1, SIGUSR2}) {
        SCOPED_TRACE(signal);
        server.send(signal);
        EXPECT_EQ(server.status_of_get("/healthcheck"), 200u);
    }
    EXPECT_TRUE(server.process().running());
}

TEST(shutdown_scenario, hangup_does_not_end_it) {
    glimt_process server;
    auto idle = idle_client(server);
    server.send(SIGHUP);
    EXPECT_TRUE(server.logs("SIGHUP"));
    idle.send(healthcheck);
    EXPECT_EQ(idle.read_reply().status, 200u);
    EXPECT_EQ(server.status_of_get("/healthcheck"), 200u);
}

TEST(shutdown_scenario, idle_connections_are_closed_at_once) {
    glimt_process server;
    std::deque<client> idle;
    for (int i = 0; i < 20; ++i) idle.push_back(idle_client(server));
    std::deque<client> silent;  // have never said anything
    for (int i = 0; i < 20; ++i) silent.push_back(server.connect());
    server.send(SIGTERM);
    for (auto& each : idle) EXPECT_EQ(each.end_within(1s), ending::orderly);
    for (auto& each : silent) EXPECT_EQ(each.end_within(1s), ending::orderly);
    EXPECT_EQ(server.wait(2s), 0);
    EXPECT_EQ(server.log().find("cuts"), std::string::npos);
}

TEST(shutdown_scenario, a_request_that_has_begun_is_finished) {
    glimt_process server;
    auto busy = busy_client(server);
    auto idle = idle_client(server);
    server.send(SIGTERM);
    EXPECT_TRUE(idle.is_closed_within(2s));
    busy.send(other_half);
    const auto answer = busy.read_reply();
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.body, "OK");
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_EQ(busy.end_within(1s), ending::orderly);
    busy.close();
    EXPECT_EQ(server.wait(), 0);
    EXPECT_EQ(server.log().find("cuts"), std::string::npos);
}

// The answer is not taken, so the server waits within a response for its client.
TEST(shutdown_scenario, a_client_that_reads_slowly_gets_its_answers_whole) {
    glimt_process server;
    client slow(server.addresses()[0], {.receive_buffer_bytes = 4096});
    const auto requests = repeated(healthcheck, 200'000);
    const auto sent = slow.try_send(requests, 500ms);
    ASSERT_LT(sent, requests.size());
    server.send(SIGTERM);
    ASSERT_TRUE(server.logs(draining));
    reply last;
    for (int i = 0;; ++i) {
        auto next = slow.read_reply();
        if (next.status == 0) break;
        ASSERT_EQ(next.status, 200u) << i;
        ASSERT_TRUE(next.complete) << i;
        last = std::move(next);
    }
    EXPECT_EQ(last.header("Connection"), "close");
    EXPECT_EQ(slow.end_within(1s), ending::orderly);
    slow.close();
    EXPECT_EQ(server.wait(), 0);
}

TEST(shutdown_scenario, what_the_kernel_has_queued_is_answered_and_not_reset) {
    glimt_process server;
    server.send(SIGSTOP);
    std::deque<client> queued;
    for (int i = 0; i < 50; ++i)
        queued.push_back(server.connect()), queued.back().send(healthcheck);
    server.send(SIGTERM);
    server.send(SIGCONT);
    for (auto& each : queued) {
        const auto answer = each.read_reply();
        EXPECT_EQ(answer.status, 200u);
        EXPECT_EQ(each.end_within(2s), ending::orderly);
        each.close();
    }
    EXPECT_EQ(server.wait(), 0);
}

TEST(shutdown_scenario, nobody_can_connect_any_more) {
    const temporary_folder folder;
    const auto path = folder / "socket";
    glimt_process server({.listen = {"127.0.0.1:0", "unix:" + path}});
    auto busy = busy_client(server);
    auto idle = idle_client(server, 1);
    server.send(SIGTERM);
    EXPECT_TRUE(idle.is_closed_within(2s));
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_FALSE(client::can_connect(server.addresses()[0]));
    busy.send(other_half);
    EXPECT_EQ(busy.read_reply().status, 200u);
    busy.close();
    EXPECT_EQ(server.wait(), 0);
}

TEST(shutdown_scenario, a_second_signal_cuts_at_once) {
    for (const int second : {SIGTERM, SIGINT}) {
        SCOPED_TRACE(second);
        glimt_process server;
        auto busy = busy_client(server);
        server.send(SIGTERM);
        ASSERT_TRUE(server.logs(draining));
        EXPECT_FALSE(busy.is_closed_within(300ms));
        server.send(second);
        EXPECT_TRUE(busy.is_closed_within(1s));
        EXPECT_EQ(server.wait(2s), 0);
        EXPECT_NE(server.log().find("cuts: connection"), std::string::npos) << server.log();
    }
}

TEST(shutdown_scenario, the_end_of_the_grace_time_cuts) {
    glimt_process server({.glimt = "drain_grace = 1"});
    auto busy = busy_client(server);
    server.send(SIGTERM);
    ASSERT_TRUE(server.logs(draining));
    EXPECT_FALSE(busy.is_closed_within(500ms));
    EXPECT_TRUE(busy.is_closed_within(2s));
    EXPECT_EQ(server.wait(2s), 0);
    EXPECT_NE(server.log().find("cuts: connection"), std::string::npos) << server.log();
}

TEST(shutdown_scenario, a_client_that_trickles_does_not_keep_it) {
    glimt_process server({.glimt = "header_timeout = 1"});
    auto busy = busy_client(server);
    server.send(SIGTERM);
    for (int i = 0; i < 50 && server.process().running(); ++i) {
        busy.try_send(" ");
        std::this_thread::sleep_for(100ms);  // what trickling is
    }
    EXPECT_EQ(server.wait(1s), 0);
    EXPECT_EQ(server.log().find("cuts"), std::string::npos);
}

TEST(shutdown_scenario, as_process_1_of_a_container_it_still_listens_to_signals) {
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT}) {
        SCOPED_TRACE(signal);
        glimt_process server({.first_of_namespace = true});
        if (!server.process().started()) GTEST_SKIP() << "a pid namespace needs more rights";
        auto idle = idle_client(server);
        server.send(signal);
        EXPECT_TRUE(idle.is_closed_within(2s));
        EXPECT_EQ(server.wait(2s), 0);
    }
}

// Before main has blocked it, the signal ends the process the way the kernel does.
TEST(shutdown_scenario, a_signal_during_the_start_is_not_lost) {
    for (auto moment = 0ms; moment < 60ms; moment += 4ms) {
        SCOPED_TRACE(moment.count());
        glimt_process server({.await_listening = false});
        std::this_thread::sleep_for(moment);  // any moment will do
        server.send(SIGTERM);
        const auto status = server.wait(5s);
        EXPECT_TRUE(status == 0 || status == -SIGTERM) << status.value_or(-1) << server.log();
    }
}

}  // namespace glimt::testing
