// SPDX-License-Identifier: Apache-2.0
#include "core/nursery.hpp"

#include "core/patience.hpp"
#include "support/loop_fixture.hpp"

#include <sys/socket.h>

#include <string>
#include <vector>

using namespace glimt;
using namespace std::chrono_literals;

namespace {

struct nursery_test : glimt::testing::loop_fixture {
    std::vector<std::string> failures;
    nursery children{
        loop, [this](std::string_view name, std::exception_ptr) { failures.emplace_back(name); }};

    task<> count_after(std::chrono::milliseconds duration, int& done) {
        co_await pause(duration);
        ++done;
    }
};

TEST_F(nursery_test, joins_at_once_when_empty) {
    run(children.join());
    EXPECT_EQ(children.size(), 0u);
}

TEST_F(nursery_test, waits_for_the_last_child) {
    int done = 0;
    EXPECT_TRUE(children.start("a", count_after(1ms, done)));
    EXPECT_TRUE(children.start("b", count_after(20ms, done)));
    EXPECT_EQ(children.names(), (std::vector<std::string_view>{"a", "b"}));
    run(children.join());
    EXPECT_EQ(done, 2);
}

TEST_F(nursery_test, refuses_children_once_draining) {
    children.drain();
    int done = 0;
    EXPECT_FALSE(children.start("late", count_after(1ms, done)));
    run(children.join());
    EXPECT_EQ(done, 0);
}

TEST_F(nursery_test, reports_a_failed_child_by_name) {
    auto fails = []() -> task<> {
        throw std::runtime_error("boom");
        co_return;
    };
    children.start("unlucky", fails());
    run(children.join());
    EXPECT_EQ(failures, std::vector<std::string>{"unlucky"});
}

TEST_F(nursery_test, abort_interrupts_a_waiting_child) {
    children.start("sleeper", pause(10min));
    auto body = [&]() -> task<> {
        co_await pause(5ms);
        children.abort();
        co_await children.join();
    };
    run(body());
    EXPECT_TRUE(failures.empty());
}

TEST_F(nursery_test, drain_ends_only_waits_that_allow_it) {
    int done = 0;
    auto idle = [&]() -> task<> {
        co_await interruptible_by_drain();
        auto [ec] = co_await async_sleep(loop, 10min, or_error);
        EXPECT_EQ(ec, asio::error::operation_aborted);
        ++done;
    };
    auto busy = [&]() -> task<> {
        co_await interruptible_by_abort();
        co_await pause(30ms);
        ++done;
    };
    children.start("idle", idle());
    children.start("busy", busy());
    auto body = [&]() -> task<> {
        co_await pause(5ms);
        children.drain();
        co_await children.join();
    };
    run(body());
    EXPECT_EQ(done, 2);
}

// A child whose operations are always ready is never waiting when the signal comes.
TEST_F(nursery_test, abort_ends_a_child_that_never_waits) {
    int pair[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    long rounds = 0;
    auto busy = [&]() -> task<> {
        co_await interruptible_by_abort();
        for (char byte = 'x';; ++rounds) {
            co_await async_send(loop, pair[0], asio::buffer(&byte, 1), or_error);
            co_await async_receive(loop, pair[1], asio::buffer(&byte, 1), 0, or_error);
        }
    };
    children.start("busy", busy());
    auto body = [&]() -> task<> {
        co_await pause(20ms);
        children.abort();
        co_await children.join();
    };
    run(body());
    EXPECT_GT(rounds, 0);
    EXPECT_TRUE(failures.empty());
    ::close(pair[0]);
    ::close(pair[1]);
}

TEST_F(nursery_test, one_child_can_be_aborted_alone) {
    int done = 0;
    nursery::child* target = nullptr;
    children.start_knowing("target", [&](nursery::child& self) {
        target = &self;
        return pause(10min);
    });
    children.start("other", count_after(20ms, done));
    auto body = [&]() -> task<> {
        co_await pause(5ms);
        target->abort();
        co_await pause(1ms);
        EXPECT_EQ(children.size(), 1u);
        co_await children.join();
    };
    run(body());
    EXPECT_EQ(done, 1);
    EXPECT_TRUE(failures.empty());
}

}  // namespace
