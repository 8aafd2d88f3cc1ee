// SPDX-License-Identifier: Apache-2.0
#include "core/fleet.hpp"

#include "core/descriptor.hpp"
#include "support/loop_fixture.hpp"

#include <boost/asio/post.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <string>
#include <thread>

using namespace glimt;
using namespace std::chrono_literals;

namespace {

struct fleet_test : ::testing::Test {
    real_clock time;
    log out{{.least = severity::error}, time};

    fleet::options with(unsigned shards) {
        return {
            .shards = shards, .loop = glimt::testing::loop_under_test(), .pin = false, .sizes = {}};
    }
};

TEST_F(fleet_test, ends_when_drained_without_children) {
    fleet shards(with(3), out);
    auto keeper = [&]() -> task<> {
        co_await shards.drain();
        co_await shards.emptied();
    };
    shards.run(keeper());
}

// Posts between shards arrive in the order they were sent, none is lost, and each on its own
// thread.
TEST_F(fleet_test, shards_post_values_to_each_other) {
    fleet shards(with(3), out);
    constexpr int messages = 20'000;
    std::vector<int> arrived[3];
    event done(shards[0].loop);
    int left = 2;
    auto keeper = [&]() -> task<> {
        for (int i = 0; i < messages; ++i) {
            for (unsigned to : {1u, 2u}) {
                shard& there = shards[to];
                asio::post(there.loop.get_executor(), [&, to, i, target = &there] {
                    EXPECT_TRUE(target->loop.in_loop());
                    arrived[to].push_back(i);
                    if (i == messages - 1)
                        asio::post(shards[0].loop.get_executor(), [&] {
                            --left;
                            done.notify_all();
                        });
                });
            }
            if (i % 1000 == 0) co_await async_sleep(shards[0].loop, 1ms, or_throw);
        }
        while (left) co_await done.async_wait(or_throw);
        co_await shards.drain();
        co_await shards.emptied();
    };
    shards.run(keeper());
    for (unsigned to : {1u, 2u}) {
        ASSERT_EQ(arrived[to].size(), std::size_t{messages});
        EXPECT_TRUE(std::ranges::is_sorted(arrived[to]));
    }
}

TEST_F(fleet_test, a_thread_without_a_loop_can_post) {
    fleet shards(with(2), out);
    std::atomic<int> ran = 0;
    std::thread outsider;
    auto keeper = [&]() -> task<> {
        outsider = std::thread([&] {
            for (int i = 0; i < 1000; ++i)
                asio::post(shards[1].loop.get_executor(), [&] { ++ran; });
        });
        while (ran < 1000) co_await async_sleep(shards[0].loop, 1ms, or_throw);
        outsider.join();
        co_await shards.drain();
        co_await shards.emptied();
    };
    shards.run(keeper());
    EXPECT_EQ(ran, 1000);
}

TEST_F(fleet_test, drain_waits_for_children_and_abort_does_not) {
    fleet shards(with(2), out);
    bool finished = false;
    auto sleeper = [](shard& here, std::chrono::milliseconds duration, bool& woke) -> task<> {
        co_await async_sleep(here.loop, duration, or_throw);
        woke = true;
    };
    bool never = false;
    auto keeper = [&]() -> task<> {
        asio::post(shards[1].loop.get_executor(), [&] {
            shards[1].children.start("short", sleeper(shards[1], 20ms, finished));
            shards[1].children.start("long", sleeper(shards[1], 10min, never));
        });
        co_await async_sleep(shards[0].loop, 5ms, or_throw);
        co_await shards.drain();
        co_await async_sleep(shards[0].loop, 40ms, or_throw);
        co_await shards.abort();
        co_await shards.emptied();
    };
    shards.run(keeper());
    EXPECT_TRUE(finished);
    EXPECT_FALSE(never);
}

// A shard that became empty early is still there when the others are cut.
TEST_F(fleet_test, abort_reaches_shards_that_are_empty_already) {
    fleet shards(with(3), out);
    auto sleeper = [](shard& here) -> task<> { co_await async_sleep(here.loop, 10min, or_throw); };
    auto keeper = [&]() -> task<> {
        shards[0].children.start("long", sleeper(shards[0]));
        co_await shards.drain();
        co_await async_sleep(shards[0].loop, 20ms, or_throw);
        co_await shards.abort();
        co_await shards.emptied();
    };
    shards.run(keeper());
    EXPECT_EQ(shards[0].children.size(), 0u);
}

#ifndef NDEBUG
TEST_F(fleet_test, a_loop_blocked_for_more_than_10_ms_is_noticed_and_logged) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const descriptor reading(ends[0]), writing(ends[1]);
    {
        log to({.least = severity::warning, .descriptor = writing.get()}, time);
        fleet shards(with(1), to);
        auto keeper = [&]() -> task<> {
            std::this_thread::sleep_for(30ms);  // what nobody may do here
            co_await shards.drain();
            co_await shards.emptied();
        };
        shards.run(keeper());
        EXPECT_GE(shards[0].counters.loop_stalls.value(), 1u);
    }
    std::string said(4096, '\0');
    said.resize(static_cast<std::size_t>(::read(reading.get(), said.data(), said.size())));
    EXPECT_NE(said.find(" WARNING glimt.core [-] shard 0 was blocked for "), std::string::npos)
        << said;
}
#endif

TEST_F(fleet_test, what_a_failed_keeper_leaves_is_aborted) {
    log silent({.least = severity::critical}, time);
    fleet shards(with(2), silent);
    auto sleeper = [](shard& here) -> task<> { co_await async_sleep(here.loop, 10min, or_throw); };
    auto keeper = [&]() -> task<> {
        shards[0].children.start("long", sleeper(shards[0]));
        co_await async_sleep(shards[0].loop, 1ms, or_throw);
        throw std::runtime_error("the keeper's end");
    };
    shards.run(keeper());
    EXPECT_EQ(shards[0].children.size(), 0u);
}

}  // namespace
