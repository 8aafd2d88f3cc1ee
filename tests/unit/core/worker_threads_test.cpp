// SPDX-License-Identifier: Apache-2.0
#include "core/worker_threads.hpp"

#include "core/uncancelled.hpp"
#include "support/loop_fixture.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <atomic>
#include <set>
#include <string>
#include <thread>

using namespace glimt;
using namespace std::chrono_literals;

namespace {

struct worker_threads_test : glimt::testing::loop_fixture {
    worker_threads workers{"test", 2};
};

TEST_F(worker_threads_test, runs_a_function_elsewhere_and_tells_the_loop) {
    std::thread::id there;
    auto body = [&]() -> task<> {
        const auto work = [&]() noexcept { there = std::this_thread::get_id(); };
        co_await async_run(loop, workers, work, or_throw);
        EXPECT_TRUE(loop.in_loop());
    };
    run(body());
    EXPECT_NE(there, std::thread::id());
    EXPECT_NE(there, std::this_thread::get_id());
}

// The loop has nothing else to stay for.
TEST_F(worker_threads_test, keeps_the_loop_until_the_end) {
    bool told = false;
    const auto slow = []() noexcept { std::this_thread::sleep_for(20ms); };
    async_run(loop, workers, slow, [&](error_code) { told = true; });
    loop.run();
    EXPECT_TRUE(told);
}

TEST_F(worker_threads_test, runs_as_many_at_once_as_there_are_threads) {
    std::atomic<int> inside = 0;
    std::atomic<bool> met = false;
    const auto meet = [&]() noexcept {
        ++inside;
        for (int i = 0; i < 5000 && inside < 2; ++i) std::this_thread::sleep_for(1ms);
        if (inside == 2) met = true;
    };
    for (int i = 0; i < 2; ++i) async_run(loop, workers, meet, [](error_code) {});
    loop.run();
    EXPECT_TRUE(met);
}

TEST_F(worker_threads_test, takes_thousands_in_their_order) {
    worker_threads one("test", 1);
    std::vector<int> ran;
    int told = 0;
    constexpr int count = 5000;
    for (int i = 0; i < count; ++i) {
        const auto work = [&ran, i]() noexcept { ran.push_back(i); };
        async_run(loop, one, work, [&](error_code) { ++told; });
    }
    loop.run();
    EXPECT_EQ(told, count);
    EXPECT_EQ(ran.size(), static_cast<std::size_t>(count));
    EXPECT_TRUE(std::ranges::is_sorted(ran));
}

// Memory the function refers to must outlast it: a cancelled waiter is told when it has ended.
TEST_F(worker_threads_test, is_not_cut_short) {
    bool ended = false;
    auto works = [&]() -> task<> {
        const auto slow = [&]() noexcept {
            std::this_thread::sleep_for(20ms);
            ended = true;
        };
        co_await async_run(loop, workers, slow, uncancelled());
        EXPECT_TRUE(ended);
    };
    auto gives_up = [&]() -> task<> { co_await pause(1ms); };
    auto body = [&]() -> task<> {
        using namespace asio::experimental::awaitable_operators;
        co_await (works() || gives_up());
    };
    run(body());
    EXPECT_TRUE(ended);
}

}  // namespace
