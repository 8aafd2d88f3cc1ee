// SPDX-License-Identifier: Apache-2.0
#include "core/buffer_pool.hpp"

#include "core/nursery.hpp"
#include "support/loop_fixture.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <cstdint>
#include <cstring>
#include <set>
#include <vector>

using namespace glimt;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

constexpr std::size_t bytes = 8192;

struct buffer_pool_test : glimt::testing::loop_fixture {
    buffer_pool pool{loop, 3, bytes};
    nursery children{loop,
                     [](std::string_view name, std::exception_ptr) { ADD_FAILURE() << name; }};
    std::vector<int> served;

    task<> hold(int number, std::chrono::milliseconds duration) {
        auto buffer = co_await pool.acquire();
        EXPECT_LE(pool.lent(), 3u);
        served.push_back(number);
        co_await pause(duration);
    }
};

TEST_F(buffer_pool_test, buffers_are_aligned_whole_and_used_again) {
    auto body = [&]() -> task<> {
        std::set<void*> seen;
        for (int i = 0; i < 10; ++i) {
            auto buffer = co_await pool.acquire();
            EXPECT_TRUE(buffer);
            EXPECT_EQ(buffer.whole().size(), bytes);
            EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.whole().data()) % 4096, 0u);
            std::memset(buffer.whole().data(), i, bytes);
            seen.insert(buffer.whole().data());
        }
        EXPECT_EQ(seen.size(), 1u);
        EXPECT_EQ(pool.lent(), 0u);
    };
    run(body());
}

TEST_F(buffer_pool_test, a_buffer_moves_and_goes_back_once) {
    auto body = [&]() -> task<> {
        auto first = co_await pool.acquire();
        auto second = co_await pool.acquire();
        auto* memory = second.whole().data();
        first = std::move(second);
        EXPECT_EQ(first.whole().data(), memory);
        pooled_buffer third(std::move(first));
        EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): what is moved from is empty
        EXPECT_EQ(third.whole().data(), memory);
        third = pooled_buffer();
        EXPECT_FALSE(third);
    };
    run(body());
    EXPECT_EQ(pool.lent(), 0u);
}

TEST_F(buffer_pool_test, who_waits_is_served_in_turn_and_never_more_than_there_are) {
    for (int i = 0; i < 30; ++i)
        children.start("holder", hold(i, std::chrono::milliseconds(i % 4)));
    run(children.join());
    EXPECT_EQ(pool.lent(), 0u);
    ASSERT_EQ(served.size(), 30u);
    EXPECT_TRUE(std::ranges::is_sorted(served));
}

// A buffer comes back while somebody waits; who asks now must not get in before him.
TEST_F(buffer_pool_test, a_returned_buffer_is_promised_to_the_first_in_the_queue) {
    auto body = [&]() -> task<> {
        std::vector<pooled_buffer> mine;
        for (int i = 0; i < 3; ++i) mine.push_back(co_await pool.acquire());
        children.start("first", hold(1, 0ms));
        co_await pause(1ms);
        mine.pop_back();
        children.start("second", hold(2, 0ms));
        auto late = co_await pool.acquire();
        served.push_back(3);
        mine.clear();
        co_await children.join();
    };
    run(body());
    ASSERT_EQ(served.size(), 3u);
    EXPECT_EQ(served.front(), 1);
    EXPECT_EQ(pool.lent(), 0u);
}

TEST_F(buffer_pool_test, a_waiter_that_gives_up_takes_no_buffer_with_it) {
    auto body = [&]() -> task<> {
        for (int round = 0; round < 20; ++round) {
            std::vector<pooled_buffer> mine;
            for (int i = 0; i < 3; ++i) mine.push_back(co_await pool.acquire());
            auto gave_up = co_await (pool.acquire() || async_sleep(loop, 0ns, or_throw));
            EXPECT_EQ(gave_up.index(), 1u);
        }
        EXPECT_EQ(pool.lent(), 0u);
    };
    run(body());
}

// The abort and the returned buffer come in one turn, in both orders.
TEST_F(buffer_pool_test, aborting_a_waiter_with_a_promise_loses_no_buffer) {
    auto body = [&]() -> task<> {
        for (const bool abort_first : {false, true}) {
            std::vector<pooled_buffer> mine;
            for (int i = 0; i < 3; ++i) mine.push_back(co_await pool.acquire());
            nursery::child* waiter = nullptr;
            children.start_knowing("waiter", [&](nursery::child& self) {
                waiter = &self;
                return hold(0, 10min);
            });
            co_await pause(1ms);
            if (abort_first) waiter->abort();
            mine.pop_back();
            if (!abort_first) waiter->abort();
            co_await children.join();
            EXPECT_EQ(pool.lent(), 2u);
            mine.clear();
            // All three are there again.
            for (int i = 0; i < 3; ++i) mine.push_back(co_await pool.acquire());
        }
    };
    run(body());
    EXPECT_EQ(pool.lent(), 0u);
}

}  // namespace
