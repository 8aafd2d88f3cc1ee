// SPDX-License-Identifier: Apache-2.0
// Patience has an end: for heads, for idle connections, for bodies, and for clients who do not
// take their answers.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace glimt::testing {

namespace {

// Time limits are looked at four times a second, and machines that test are busy.
constexpr auto slack = 3s;

// What it took, begun before the first byte: a limit never passes early.
class stopwatch {
public:
    bool shows_about(std::chrono::milliseconds limit) const {
        const auto passed = std::chrono::steady_clock::now() - began_;
        return passed >= limit && passed < limit + slack;
    }
    bool shows_less_than(std::chrono::milliseconds limit) const {
        return std::chrono::steady_clock::now() - began_ < limit;
    }

private:
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

// Sends one byte of `bytes` every 100 ms, until an answer comes or there are none left.
void trickle(client& slow, std::string_view bytes) {
    for (const char byte : bytes) {
        slow.try_send({&byte, 1});
        if (slow.readable_within(100ms)) return;
    }
}

}  // namespace

TEST(timeouts_scenario, half_a_head_is_answered_with_408) {
    const glimt_process server({.glimt = "header_timeout = 1"});
    auto slow = server.connect();
    const stopwatch watch;
    slow.send("GET / HTTP/1.1\r\nHost:");
    const auto answer = slow.read_reply();
    EXPECT_TRUE(watch.shows_about(1s));
    EXPECT_EQ(answer.status, 408u);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_EQ(slow.end_within(1s), ending::orderly);
}

TEST(timeouts_scenario, a_head_that_trickles_is_late_all_the_same) {
    const glimt_process server({.glimt = "header_timeout = 1"});
    auto slow = server.connect();
    const stopwatch watch;
    trickle(slow, get("/healthcheck", "X-Long: " + std::string(80, 'x') + "\r\n"));
    EXPECT_TRUE(watch.shows_about(1s));
    EXPECT_EQ(slow.read_reply().status, 408u);
    EXPECT_EQ(slow.end_within(1s), ending::orderly);
}

TEST(timeouts_scenario, the_head_of_a_later_request_has_its_own_time) {
    const glimt_process server({.glimt = "header_timeout = 1"});
    auto patient = server.connect();
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(patient.readable_within(600ms));  // idle: the head has not begun
        patient.send(healthcheck);
        EXPECT_EQ(patient.read_reply().status, 200u);
    }
}

TEST(timeouts_scenario, idle_connections_are_closed_without_a_word) {
    const glimt_process server({.defaults = "client_socket_timeout = 1"});
    auto idle = server.connect();
    const stopwatch watch;
    idle.send(healthcheck);
    EXPECT_EQ(idle.read_reply().status, 200u);
    auto silent = server.connect();
    for (auto* each : {&idle, &silent}) {
        EXPECT_EQ(each->read_until_end(), "");
        EXPECT_EQ(each->end_within(1s), ending::orderly);
    }
    EXPECT_TRUE(watch.shows_about(1s));
}

TEST(timeouts_scenario, a_half_sent_uwsgi_head_ends_with_the_connection) {
    const glimt_process server({.glimt = "header_timeout = 1"});
    auto slow = server.connect();
    const stopwatch watch;
    slow.send({"\0\x40\0\0\x0e\0REQUEST_METHOD", 20});
    EXPECT_EQ(slow.read_until_end(), "");
    EXPECT_TRUE(watch.shows_about(1s));
}

// A small body that nobody reads is taken, so that the connection can go on; but not for ever.
TEST(timeouts_scenario, a_body_that_stands_still_ends_the_connection) {
    const glimt_process server({.glimt = "body_idle_timeout = 1"});
    auto stuck = server.connect();
    const stopwatch watch;
    stuck.send(unwanted_upload("Content-Length: 100\r\n") + "begun");
    EXPECT_EQ(stuck.read_reply().status, 404u);
    EXPECT_EQ(stuck.end_within(10s), ending::orderly);
    EXPECT_TRUE(watch.shows_about(1s));
}

TEST(timeouts_scenario, a_body_that_trickles_ends_the_connection) {
    const glimt_process server({.glimt = "body_rate_grace = 1\nbody_bytes_per_second_min = 1000"});
    auto slow = server.connect();
    slow.send(unwanted_upload("Content-Length: 100\r\n"));
    EXPECT_EQ(slow.read_reply().status, 404u);
    trickle(slow, std::string(50, 'x'));
    EXPECT_EQ(slow.end_within(1s), ending::orderly);
}

// After its answer a client is given time to read it, but no more for every byte that it sends.
TEST(timeouts_scenario, who_trickles_behind_the_last_answer_is_let_go) {
    const glimt_process server;
    auto slow = server.connect();
    slow.send("GET / HTTP/1.1\nHost: test\n\n");
    EXPECT_EQ(slow.read_reply().status, 400u);
    const stopwatch watch;
    while (slow.try_send("x") == 1 && watch.shows_less_than(10s))
        std::this_thread::sleep_for(100ms);  // what trickling is
    EXPECT_TRUE(watch.shows_less_than(2s + slack));
}

TEST(timeouts_scenario, who_has_his_answer_and_sends_no_body_is_let_go) {
    glimt_process server({.glimt = "discard_timeout = 1"});
    const auto before = server.process().descriptors();
    auto quiet = server.connect();
    const stopwatch watch;
    quiet.send(unwanted_upload("Content-Length: 67108864\r\n"));
    EXPECT_EQ(quiet.read_reply().status, 404u);
    EXPECT_TRUE(server.descriptors_return_to(before));
    EXPECT_TRUE(watch.shows_about(1s));
}

TEST(timeouts_scenario, a_client_that_does_not_take_its_answers_is_cut) {
    glimt_process server({.glimt = "body_idle_timeout = 1"});
    auto before = server.process().descriptors();
    client deaf(server.addresses()[0], {.receive_buffer_bytes = 4096});
    // Long answers fill the kernel's buffers soon, and more requests than those hold keep us
    // sending.
    const auto requests = repeated(get("/versions"), 1'000'000);
    const auto sent = deaf.try_send(requests, 30s);  // until it is cut
    EXPECT_LT(sent, requests.size());
    EXPECT_TRUE(deaf.is_closed_within(1s));
    EXPECT_TRUE(server.descriptors_return_to(before));
}

}  // namespace glimt::testing
