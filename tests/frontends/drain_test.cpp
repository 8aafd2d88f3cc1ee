// SPDX-License-Identifier: Apache-2.0
// One of two glimts is told to end while requests flow: no client notices. What is promised: a
// request that glimt has begun to read is answered; one that the front end sends into a connection
// that is just closing was not begun, and the front end may ask the other.
#include "frontends/support/front_end.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <thread>

namespace glimt::testing {
namespace {

class drain : public behind {};
class drain_of_one : public behind {};

std::vector<arrangement> those_that_fail_over() {
    auto some = arrangements();
    std::erase_if(some, [](const arrangement& each) { return !each.fails_over; });
    return some;
}

// Asks without a pause over one connection, until told to end.
class steady_client {
public:
    explicit steady_client(const front_end& front) : thread_([this, &front] { ask(front); }) {}

    bool answered_within(unsigned more, std::chrono::seconds limit) const {
        const auto end = std::chrono::steady_clock::now() + limit;
        const auto enough = answered_ + more;
        while (answered_ < enough && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(1ms);
        return answered_ >= enough;
    }

    // How many requests had another answer than 200, or none.
    unsigned failed() {
        ending_ = true;
        thread_.join();
        return failed_;
    }

private:
    void ask(const front_end& front) {
        auto visitor = front.connect();
        while (!ending_) {
            visitor.send("GET /healthcheck HTTP/1.1\r\nHost: images.test\r\n\r\n");
            const auto seen = visitor.read_reply();
            ++(seen.status == 200 ? answered_ : failed_);
            if (seen.status == 0 || seen.header("Connection") == "close") visitor = front.connect();
        }
    }

    std::atomic<bool> ending_ = false;
    std::atomic<unsigned> answered_ = 0;
    std::atomic<unsigned> failed_ = 0;
    std::thread thread_;
};

TEST_P(drain_of_one, of_two_is_seen_by_no_client) {
    const auto leaving = start_glimt();
    const front_end both(GetParam(), {leaving->addresses().front(), glimt_->addresses().front()});

    std::vector<std::unique_ptr<steady_client>> clients;
    for (int i = 0; i < 8; ++i) clients.push_back(std::make_unique<steady_client>(both));
    for (const auto& each : clients) EXPECT_TRUE(each->answered_within(50, 10s));
    leaving->send(SIGTERM);
    EXPECT_EQ(leaving->wait(), 0);
    for (const auto& each : clients) EXPECT_TRUE(each->answered_within(50, 10s));
    for (const auto& each : clients) EXPECT_EQ(each->failed(), 0u);
}

// glimt gives an idle connection up after a second; the front end learns it before the next
// request.
TEST_P(drain, of_idle_connections_costs_no_request) {
    const auto hasty = start_glimt("client_socket_timeout = 1");
    const front_end front(GetParam(), hasty->addresses());
    const auto alone = hasty->process().descriptors();
    for (int i = 0; i < 3; ++i) {
        auto visitor = front.connect();
        visitor.send("GET /healthcheck HTTP/1.1\r\nHost: images.test\r\n\r\n");
        EXPECT_EQ(visitor.read_reply().status, 200u);
        EXPECT_TRUE(hasty->descriptors_return_to(alone, 10s));
    }
}

INSTANTIATE_TEST_SUITE_P(every, drain_of_one, ::testing::ValuesIn(those_that_fail_over()),
                         name_of_arrangement);
INSTANTIATE_TEST_SUITE_P(every, drain, ::testing::ValuesIn(arrangements()), name_of_arrangement);

}  // namespace
}  // namespace glimt::testing
