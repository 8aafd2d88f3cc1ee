// SPDX-License-Identifier: Apache-2.0
#include "core/patience.hpp"

#include "core/event.hpp"
#include "core/nursery.hpp"
#include "core/uncancelled.hpp"
#include "support/loop_fixture.hpp"

#include <string>
#include <vector>

using namespace glimt;
using namespace std::chrono_literals;

namespace {

// A child that tells how far it came, under the patience it was given.
struct patience_test : glimt::testing::loop_fixture {
    std::vector<std::string> failures;
    nursery children{
        loop, [this](std::string_view name, std::exception_ptr) { failures.emplace_back(name); }};
    std::vector<std::string> steps;

    // Tells the children, once they had time to begin, and waits for their end.
    void run_and(void (nursery::*tell)()) {
        auto body = [&]() -> task<> {
            co_await pause(2ms);
            (children.*tell)();
            co_await children.join();
        };
        run(body());
    }
};

TEST_F(patience_test, drain_ends_an_idle_wait_and_only_that) {
    auto session = [&]() -> task<> {
        co_await interruptible_by_drain();
        auto [idle] = co_await async_sleep(loop, 10min, or_error);
        steps.push_back(idle == asio::error::operation_aborted ? "drained" : idle.message());
        co_await interruptible_by_abort();
        auto [busy] = co_await async_sleep(loop, 5ms, or_error);
        steps.push_back(busy ? busy.message() : "finished");
    };
    children.start("session", session());
    run_and(&nursery::drain);
    EXPECT_EQ(steps, (std::vector<std::string>{"drained", "finished"}));
}

TEST_F(patience_test, drain_does_not_touch_a_request) {
    auto request = [&]() -> task<> {
        co_await interruptible_by_abort();
        for (int i = 0; i < 5; ++i) {
            auto [ec] = co_await async_sleep(loop, 2ms, or_error);
            steps.push_back(ec ? ec.message() : "step");
        }
    };
    children.start("request", request());
    run_and(&nursery::drain);
    EXPECT_EQ(steps, std::vector<std::string>(5, "step"));
}

TEST_F(patience_test, abort_ends_an_idle_wait_with_an_error_and_a_request_by_unwinding) {
    auto idle = [&]() -> task<> {
        co_await interruptible_by_drain();
        auto [ec] = co_await async_sleep(loop, 10min, or_error);
        steps.push_back(ec == asio::error::operation_aborted ? "idle ended" : ec.message());
    };
    struct leaving {
        std::vector<std::string>& steps;
        ~leaving() { steps.emplace_back("unwound"); }
    };
    auto request = [&]() -> task<> {
        co_await interruptible_by_abort();
        const leaving scope{steps};
        auto [ec] = co_await async_sleep(loop, 10min, or_error);
        EXPECT_EQ(ec, asio::error::operation_aborted);
        co_await async_sleep(loop, 0ns, or_throw);
        steps.emplace_back("went on");
    };
    children.start("idle", idle());
    children.start("request", request());
    run_and(&nursery::abort);
    EXPECT_EQ(steps, (std::vector<std::string>{"idle ended", "unwound"}));
    EXPECT_TRUE(failures.empty());
}

// The filter reaches what the request awaits, however deep.
TEST_F(patience_test, it_holds_for_everything_awaited) {
    auto deepest = [&]() -> task<> { co_await pause(10min); };
    auto deeper = [&]() -> task<> { co_await deepest(); };
    auto request = [&]() -> task<> {
        co_await interruptible_by_abort();
        co_await deeper();
        steps.emplace_back("went on");
    };
    children.start("request", request());
    run_and(&nursery::abort);
    EXPECT_TRUE(steps.empty());
    EXPECT_TRUE(failures.empty());
}

// An abort that comes during a wait that must not be cut short reaches the next one.
TEST_F(patience_test, an_uncancelled_wait_ends_first) {
    event told(loop);
    auto request = [&]() -> task<> {
        co_await interruptible_by_abort();
        auto [ec] = co_await told.async_wait(uncancelled());
        steps.push_back(ec ? ec.message() : "told");
        co_await async_sleep(loop, 0ns, or_throw);
        steps.emplace_back("went on");
    };
    children.start("request", request());
    auto body = [&]() -> task<> {
        co_await pause(1ms);
        children.abort();
        co_await pause(1ms);
        EXPECT_TRUE(told.has_waiters());
        told.notify_all();
        co_await children.join();
    };
    run(body());
    EXPECT_EQ(steps, std::vector<std::string>{"told"});
    EXPECT_TRUE(failures.empty());
}

TEST_F(patience_test, an_abort_before_the_first_step_is_not_lost) {
    auto request = [&]() -> task<> {
        co_await interruptible_by_abort();
        co_await pause(10min);
        steps.emplace_back("went on");
    };
    auto body = [&]() -> task<> {
        children.start("request", request());
        children.abort();
        co_await children.join();
    };
    run(body());
    EXPECT_TRUE(steps.empty());
}

}  // namespace
