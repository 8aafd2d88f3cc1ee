// SPDX-License-Identifier: Apache-2.0
#include "core/deadline.hpp"

#include "support/faulty_loop.hpp"

#include <algorithm>
#include <deque>
#include <vector>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

using clock_type = ring_context::clock;

struct deadline_test : faulty_loop {
    deadlines family{loop};
};

// One deadline and what became of it.
struct watched {
    explicit watched(deadlines& family) : limit(family, &watched::pass, this) {}
    static void pass(void* context) {
        auto& self = *static_cast<watched*>(context);
        ++self.passed;
        self.when = clock_type::now();
        if (self.again > 0ms) self.limit.expire_after(std::exchange(self.again, 0ms));
    }
    int passed = 0;
    clock_type::time_point when;
    std::chrono::milliseconds again{0};
    deadline limit;
};

TEST_F(deadline_test, passes_once_never_early_and_not_much_too_late) {
    auto body = [&]() -> task<> {
        std::deque<watched> all;
        std::vector<std::chrono::milliseconds> patiences;
        const auto begin = loop.now();
        for (int i = 0; i < 1000; ++i) {
            patiences.emplace_back(i % 600);
            all.emplace_back(family).limit.expire_after(patiences.back());
        }
        auto all_passed = [&] {
            return std::ranges::all_of(all, [](const auto& each) { return each.passed > 0; });
        };
        while (!all_passed()) co_await async_sleep(loop, 20ms, or_throw);
        co_await async_sleep(loop, deadlines::resolution, or_throw);
        for (std::size_t i = 0; i < all.size(); ++i) {
            EXPECT_EQ(all[i].passed, 1);
            EXPECT_GE(all[i].when - begin, patiences[i]);
            // One more second, so that a busy machine does not fail the test.
            EXPECT_LE(all[i].when - begin, patiences[i] + 2 * deadlines::resolution + 1s);
        }
    };
    run(body());
}

TEST_F(deadline_test, one_cleared_or_put_off_does_not_pass) {
    auto body = [&]() -> task<> {
        watched cleared(family), put_off(family), never_set(family), passing(family);
        cleared.limit.expire_after(1ms);
        cleared.limit.clear();
        put_off.limit.expire_after(1ms);
        put_off.limit.expire_after(10min);
        passing.limit.expire_after(0ms);
        while (!passing.passed) co_await async_sleep(loop, 10ms, or_throw);
        co_await async_sleep(loop, deadlines::resolution * 2, or_throw);
        EXPECT_EQ(cleared.passed + put_off.passed + never_set.passed, 0);
        EXPECT_EQ(passing.passed, 1);
    };
    run(body());
}

TEST_F(deadline_test, a_passed_one_can_be_set_again_by_its_handler) {
    auto body = [&]() -> task<> {
        watched twice(family);
        twice.again = 1ms;
        twice.limit.expire_after(1ms);
        while (twice.passed < 2) co_await async_sleep(loop, 10ms, or_throw);
        co_await async_sleep(loop, deadlines::resolution * 2, or_throw);
        EXPECT_EQ(twice.passed, 2);
    };
    run(body());
}

TEST_F(deadline_test, a_destroyed_one_is_never_told) {
    auto body = [&]() -> task<> {
        watched stays(family);
        stays.limit.expire_after(0ms);
        {
            std::deque<watched> gone;
            for (int i = 0; i < 10; ++i) gone.emplace_back(family).limit.expire_after(0ms);
        }
        while (!stays.passed) co_await async_sleep(loop, 10ms, or_throw);
    };
    run(body());
}

// The best of a few tries, so that a busy machine does not fail the test.
TEST_F(deadline_test, the_loop_does_not_wait_for_the_tick_when_the_last_is_gone) {
    auto best = clock_type::duration::max();
    for (int i = 0; i < 5; ++i) {
        const auto begin = clock_type::now();
        auto body = [&]() -> task<> {
            watched shortly(family);
            shortly.limit.expire_after(10min);
            co_await async_sleep(loop, 1ms, or_throw);
        };
        run(body());
        best = std::min(best, clock_type::now() - begin);
    }
    EXPECT_LT(best, deadlines::resolution / 2);
}

// Connections that come one after the other, each alone: the timer is asked for and given up each
// time, and still serves the last.
TEST_F(deadline_test, the_last_may_go_and_another_come_in_one_turn) {
    auto body = [&]() -> task<> {
        for (int i = 0; i < 100; ++i) {
            watched shortly(family);
            shortly.limit.expire_after(0ms);
            if (i % 3 == 0) co_await async_sleep(loop, 0ns, or_throw);
        }
        watched last(family);
        last.limit.expire_after(1ms);
        while (!last.passed) co_await async_sleep(loop, 10ms, or_throw);
    };
    run(body());
}

// A kernel that refuses the timer would let every limit pass unnoticed; the family asks again.
TEST_F(deadline_test, a_failed_timer_is_armed_again) {
    auto body = [&]() -> task<> {
        plan->add(operation_kind::timeout, 1, fail_with{ENOMEM});
        watched one(family);
        one.limit.expire_after(1ms);
        while (!one.passed) co_await async_sleep(loop, 10ms, or_throw);
        EXPECT_EQ(one.passed, 1);
    };
    run(body());
}

}  // namespace
