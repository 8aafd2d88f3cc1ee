// SPDX-License-Identifier: Apache-2.0
// Many connections: they cost little, the limit on them holds, running out of descriptors is
// survived, and every ring has its share.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <deque>
#include <set>
#include <thread>

namespace glimt::testing {

namespace {

// We hold as many descriptors as the server. Returns how many that may be.
std::size_t raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

std::deque<client> idle_clients(const glimt_process& server, std::size_t count) {
    std::deque<client> idle;
    for (std::size_t i = 0; i < count; ++i) {
        idle.push_back(server.connect());
        idle.back().send(healthcheck);
    }
    for (auto& each : idle) EXPECT_EQ(each.read_reply().status, 200u);
    return idle;
}

}  // namespace

TEST(many_scenario, ten_thousand_idle_connections_cost_little_and_end_at_once) {
    constexpr std::size_t connections = 10'000;
    if (raise_descriptor_limit() < connections + 500) GTEST_SKIP() << "too few descriptors here";
    glimt_process server;
    const std::size_t bytes_max = glimt_is_sanitized() ? 64 * 1024 : 8 * 1024;
    idle_clients(server, 200);  // what the first ones cost is not theirs
    const auto before = server.process().resident_bytes();
    auto idle = idle_clients(server, connections);
    const auto each_costs = (server.process().resident_bytes() - before) / idle.size();
    RecordProperty("bytes_per_idle_connection", static_cast<int>(each_costs));
    EXPECT_LT(each_costs, bytes_max);
    server.send(SIGTERM);
    EXPECT_EQ(server.wait(2s), 0);
    for (auto& each : idle) EXPECT_EQ(each.end_within(1s), ending::orderly);
}

TEST(many_scenario, beyond_connections_max_a_client_waits_for_its_turn) {
    glimt_process server({.glimt = "connections_max = 10"});
    auto idle = idle_clients(server, 10);
    auto next = server.connect();
    next.send(healthcheck);
    EXPECT_FALSE(next.readable_within(300ms));
    EXPECT_NE(server.log().find("10 connections are open"), std::string::npos) << server.log();
    idle.pop_front();
    EXPECT_EQ(next.read_reply().status, 200u);
}

TEST(many_scenario, without_descriptors_it_waits_calmly_and_recovers) {
    // It looks at an object's type through a pipe of its own, and takes failing for a bad object.
    if (glimt_is_sanitized()) GTEST_SKIP() << "the sanitizer needs descriptors";
    glimt_process server({.glimt = "connections_max = 1000", .descriptors_max = 64});
    std::deque<client> crowd;
    for (int i = 0; i < 100; ++i) crowd.push_back(server.connect());
    ASSERT_TRUE(server.logs("cannot accept"));
    const auto before = server.process().processor_time();
    std::this_thread::sleep_for(1s);  // the time that is measured
    EXPECT_LT(server.process().processor_time() - before, 300ms);
    for (auto& each : crowd) each.send(healthcheck);
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(crowd[static_cast<std::size_t>(i)].read_reply().status, 200u);
    // Who has been answered leaves, and the next one comes in.
    while (!crowd.empty()) {
        const auto served = std::find_if(crowd.begin(), crowd.end(),
                                         [](auto& each) { return each.readable_within(0ms); });
        crowd.erase(served == crowd.end() ? crowd.begin() : served);
    }
    EXPECT_EQ(server.status_of_get("/healthcheck"), 200u);
}

TEST(many_scenario, connections_are_spread_over_the_rings) {
    glimt_process server({.defaults = "workers = 4"});
    auto clients = idle_clients(server, 4);
    std::set<std::size_t> threads;
    for (auto& each : clients) {
        const auto before = server.process().processor_time_of_threads();
        if (before.empty()) GTEST_SKIP() << "the kernel does not count the time of threads";
        for (int i = 0; i < 200; ++i) {
            each.send(healthcheck);
            ASSERT_EQ(each.read_reply().status, 200u);
        }
        const auto after = server.process().processor_time_of_threads();
        std::size_t busiest = 0;
        for (std::size_t i = 0; i < after.size(); ++i)
            if (after[i] - before[i] > after[busiest] - before[busiest]) busiest = i;
        threads.insert(busiest);
    }
    EXPECT_EQ(threads.size(), 4u);
}

}  // namespace glimt::testing
