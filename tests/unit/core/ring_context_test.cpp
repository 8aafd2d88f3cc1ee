// SPDX-License-Identifier: Apache-2.0
#include "core/ring_context.hpp"

#include "support/loop_fixture.hpp"
#include "support/sockets.hpp"

#include <boost/asio/defer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

struct ring_context_test : loop_fixture {
    executor here = loop.get_executor();
    std::vector<int> order;

    void note(int number) { order.push_back(number); }
};

TEST_F(ring_context_test, a_loop_without_work_returns_at_once_and_can_run_again) {
    for (int i = 0; i < 3; ++i) {
        loop.run();
        asio::post(here, [&, i] { note(i); });
        loop.run();
    }
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

TEST_F(ring_context_test, runs_posted_functions_in_order_and_dispatched_ones_at_once) {
    asio::post(here, [&] {
        note(1);
        asio::post(here, [&] { note(5); });
        asio::defer(here, [&] { note(6); });
        asio::dispatch(here, [&] { note(2); });
        EXPECT_TRUE(here.running_in_this_thread());
        note(3);
    });
    asio::post(here, [&] { note(4); });
    EXPECT_TRUE(order.empty());
    loop.run();
    EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 4, 5, 6}));
    EXPECT_FALSE(here.running_in_this_thread());
}

TEST_F(ring_context_test, functions_that_own_things_may_only_move) {
    auto owned = std::make_unique<int>(7);
    int seen = 0;
    asio::post(here, [&, owned = std::move(owned)] { seen = *owned; });
    loop.run();
    EXPECT_EQ(seen, 7);
}

// Something that is always ready does not keep the ring from being looked at.
TEST_F(ring_context_test, an_endless_chain_of_posts_starves_no_operation) {
    auto ends = unix_ends();
    bool received = false;
    long turns = 0;
    std::function<void()> again = [&] {
        if (++turns == 3) EXPECT_EQ(::send(ends.there.get(), "x", 1, 0), 1);
        if (!received && turns < 1'000'000) asio::post(here, again);
    };
    asio::post(here, again);
    char byte = 0;
    async_receive(loop, ends.here.get(), asio::buffer(&byte, 1), 0,
                  [&](error_code, std::size_t) { received = true; });
    loop.run();
    EXPECT_TRUE(received);
    EXPECT_LT(turns, 1000);
}

TEST_F(ring_context_test, work_held_elsewhere_keeps_it_until_released) {
    std::atomic<bool> released = false;
    auto guard = asio::make_work_guard(here);
    std::thread elsewhere([&, guard = std::move(guard)]() mutable {
        std::this_thread::sleep_for(5ms);
        released = true;
        guard.reset();
    });
    loop.run();
    EXPECT_TRUE(released);
    elsewhere.join();
}

TEST_F(ring_context_test, many_threads_post_and_all_arrives_in_their_order) {
    constexpr int threads = 4, each = 5000;
    std::vector<int> seen[threads];
    std::vector<std::thread> posters;
    {
        auto guard = asio::make_work_guard(here);
        for (int t = 0; t < threads; ++t)
            posters.emplace_back([&, t, guard] {
                for (int i = 0; i < each; ++i)
                    asio::post(here, [&, t, i] { seen[t].push_back(i); });
            });
    }
    loop.run();
    for (auto& thread : posters) thread.join();
    loop.run();
    for (const auto& numbers : seen) {
        EXPECT_EQ(numbers.size(), std::size_t{each});
        EXPECT_TRUE(std::ranges::is_sorted(numbers));
    }
}

// The loop runs dry again and again while somebody posts to it: what was posted after it left is
// there when it comes back.
TEST_F(ring_context_test, posts_are_not_lost_around_running_dry) {
    constexpr int all = 20'000;
    int seen = 0;
    std::thread poster([&] {
        for (int i = 0; i < all; ++i) asio::post(here, [&] { ++seen; });
    });
    while (seen < all) loop.run();
    poster.join();
    EXPECT_EQ(seen, all);
}

// Two loops post to each other with nothing but these posts to keep them: neither leaves early, and
// both leave.
TEST_F(ring_context_test, two_loops_play_ping_pong_until_they_run_dry) {
    for (int round = 0; round < 200; ++round) {
        ring_context one(make_ring(loop_under_test())), two(make_ring(loop_under_test()));
        std::atomic<int> hits = 0;
        std::function<void(ring_context&, ring_context&, int)> hit =
            [&](ring_context& at, ring_context& from, int left) {
                EXPECT_TRUE(at.in_loop());
                ++hits;
                if (left > 0)
                    asio::post(from.get_executor(), [&, left] { hit(from, at, left - 1); });
            };
        auto guard = asio::make_work_guard(two.get_executor());
        asio::post(one.get_executor(), [&] { hit(one, two, round % 50); });
        asio::post(one.get_executor(), [&, held = std::move(guard)]() mutable { held.reset(); });
        auto stays = asio::make_work_guard(one.get_executor());
        std::thread other([&] {
            two.run();
            stays.reset();
        });
        one.run();
        other.join();
        EXPECT_LE(hits, round % 50 + 1);
        EXPECT_GE(hits, 1);
    }
}

TEST_F(ring_context_test, what_was_posted_to_a_loop_that_never_ran_is_destroyed_with_it) {
    auto token = std::make_shared<int>(1);
    {
        ring_context never(make_ring(loop_under_test()));
        asio::post(never.get_executor(), [token] { ADD_FAILURE() << "it ran"; });
        std::thread([&] { asio::post(never.get_executor(), [token] {}); }).join();
        EXPECT_EQ(token.use_count(), 3);
    }
    EXPECT_EQ(token.use_count(), 1);
}

// The turn is as long as it worked; the sleep before it, long as it was, is not counted.
TEST_F(ring_context_test, tells_of_a_turn_that_took_too_long) {
    using std::chrono::milliseconds;
    milliseconds blocked{0};
    loop.watch_for_stalls(
        5ms,
        [](void* context, milliseconds busy) {
            auto& longest = *static_cast<milliseconds*>(context);
            longest = std::max(longest, busy);
        },
        &blocked);
    ring_context::clock::time_point woke;
    auto body = [&]() -> task<> {
        co_await pause(200ms);
        woke = loop.now();
        blocked = 0ms;
        std::this_thread::sleep_for(20ms);
    };
    run(body());
    EXPECT_GE(blocked, 20ms);
    EXPECT_LE(blocked, ring_context::clock::now() - woke);
}

TEST_F(ring_context_test, the_clock_stands_still_within_a_turn_and_goes_on_between) {
    auto body = [&]() -> task<> {
        const auto before = loop.now();
        std::this_thread::sleep_for(2ms);
        EXPECT_EQ(loop.now(), before);
        co_await pause(1ms);
        EXPECT_GE(loop.now() - before, 3ms);
    };
    run(body());
}

// Asio's own inventions run on it unchanged.
TEST_F(ring_context_test, channels_join_coroutines) {
    asio::experimental::channel<executor, void(error_code, int)> numbers(here, 2);
    std::vector<int> got;
    auto writes = [&]() -> task<> {
        for (int i = 0; i < 10; ++i) co_await numbers.async_send(error_code(), i, or_throw);
        numbers.close();
    };
    auto reads = [&]() -> task<> {
        for (;;) {
            auto [ec, number] = co_await numbers.async_receive(or_error);
            if (ec) break;
            got.push_back(number);
        }
    };
    auto body = [&]() -> task<> { co_await (writes() && reads()); };
    run(body());
    EXPECT_EQ(got, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_F(ring_context_test, more_operations_than_the_ring_has_entries_are_under_way) {
    int woke = 0;
    for (int i = 0; i < 5000; ++i) async_sleep(loop, 1ms, [&](error_code ec) { woke += !ec; });
    loop.run();
    EXPECT_EQ(woke, 5000);
}

}  // namespace
