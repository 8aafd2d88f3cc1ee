// SPDX-License-Identifier: Apache-2.0
#include "core/event.hpp"

#include "support/loop_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include <vector>

using namespace glimt;
using namespace std::chrono_literals;

namespace {

struct event_test : glimt::testing::loop_fixture {
    event changed{loop};
    std::vector<int> woke;

    void wait(int number) {
        changed.async_wait([this, number](error_code ec) {
            EXPECT_FALSE(ec);
            woke.push_back(number);
        });
    }
};

TEST_F(event_test, wakes_waiters_in_the_order_they_came) {
    for (int i = 0; i < 5; ++i) wait(i);
    changed.notify_one();
    loop.run();
    EXPECT_EQ(woke, std::vector<int>{0});
    changed.notify_all();
    EXPECT_FALSE(changed.has_waiters());
    loop.run();
    EXPECT_EQ(woke, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST_F(event_test, never_wakes_inside_notify) {
    wait(1);
    changed.notify_all();
    EXPECT_TRUE(woke.empty());
    loop.run();
    EXPECT_EQ(woke, std::vector<int>{1});
}

TEST_F(event_test, forgets_a_notification_without_a_waiter) {
    changed.notify_one();
    changed.notify_all();
    wait(1);
    loop.run();
    EXPECT_TRUE(woke.empty());
    changed.notify_one();
    loop.run();
    EXPECT_EQ(woke, std::vector<int>{1});
}

// Somebody who waits again while being woken waits for the next notification.
TEST_F(event_test, a_woken_waiter_that_waits_again_is_not_woken_twice) {
    int rounds = 0;
    auto waits = [&]() -> task<> {
        while (rounds < 3) {
            co_await changed.async_wait(or_throw);
            ++rounds;
        }
    };
    auto body = [&]() -> task<> {
        asio::co_spawn(loop.get_executor(), waits(), [](std::exception_ptr) {});
        for (int i = 0; i <= 3; ++i) {
            co_await pause(1ms);
            EXPECT_EQ(rounds, i);
            changed.notify_all();
        }
    };
    run(body());
}

TEST_F(event_test, a_cancelled_waiter_leaves_the_others_their_turn) {
    asio::cancellation_signal signals[3];
    std::vector<std::pair<int, bool>> told;
    for (int i = 0; i < 3; ++i)
        changed.async_wait(asio::bind_cancellation_slot(
            signals[i].slot(), [&, i](error_code ec) { told.emplace_back(i, !ec); }));
    signals[1].emit(asio::cancellation_type::total);
    changed.notify_one();
    changed.notify_one();
    loop.run();
    EXPECT_EQ(told, (std::vector<std::pair<int, bool>>{{1, false}, {0, true}, {2, true}}));
}

// The notification is kept by who got it: whoever handed something over knows that it arrived.
TEST_F(event_test, cancelling_a_notified_waiter_changes_nothing) {
    asio::cancellation_signal signal;
    int woken = 0;
    changed.async_wait(asio::bind_cancellation_slot(signal.slot(), [&](error_code ec) {
        EXPECT_FALSE(ec);
        ++woken;
    }));
    changed.notify_one();
    signal.emit(asio::cancellation_type::terminal);
    loop.run();
    EXPECT_EQ(woken, 1);
}

TEST_F(event_test, notifying_a_cancelled_waiter_changes_nothing) {
    asio::cancellation_signal signal;
    int cancelled = 0;
    changed.async_wait(asio::bind_cancellation_slot(signal.slot(), [&](error_code ec) {
        EXPECT_EQ(ec, asio::error::operation_aborted);
        ++cancelled;
    }));
    signal.emit(asio::cancellation_type::terminal);
    EXPECT_FALSE(changed.has_waiters());
    changed.notify_all();
    signal.emit(asio::cancellation_type::terminal);
    loop.run();
    EXPECT_EQ(cancelled, 1);
}

// A waiter that was told may outlive the event it waited for.
TEST_F(event_test, can_be_destroyed_before_its_told_waiters_run) {
    bool woken = false;
    asio::cancellation_signal signal;
    {
        event shortly(loop);
        shortly.async_wait(
            asio::bind_cancellation_slot(signal.slot(), [&](error_code) { woken = true; }));
        shortly.notify_all();
    }
    signal.emit(asio::cancellation_type::terminal);
    loop.run();
    EXPECT_TRUE(woken);
}

}  // namespace
