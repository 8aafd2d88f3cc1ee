// SPDX-License-Identifier: Apache-2.0
#include "core/signals.hpp"

#include "support/loop_fixture.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <csignal>

using namespace glimt;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

struct signals_test : glimt::testing::loop_fixture {
    signals_test() { block_signals({SIGUSR1, SIGUSR2}); }
};

TEST_F(signals_test, a_blocked_signal_is_taken_whenever_it_came) {
    signal_source signals(loop, {SIGUSR1, SIGUSR2});
    auto body = [&]() -> task<> {
        ::raise(SIGUSR2);
        EXPECT_EQ(co_await signals.next(), SIGUSR2);
        auto raises = [&]() -> task<> {
            co_await pause(1ms);
            ::raise(SIGUSR1);
        };
        const int number = co_await (signals.next() && raises());
        EXPECT_EQ(number, SIGUSR1);
        ::raise(SIGUSR2);
        ::raise(SIGUSR1);
        const int first = co_await signals.next();
        const int second = co_await signals.next();
        EXPECT_EQ(first + second, SIGUSR1 + SIGUSR2);
    };
    run(body());
}

TEST_F(signals_test, a_wait_for_a_signal_can_be_cancelled) {
    signal_source signals(loop, {SIGUSR1});
    auto body = [&]() -> task<> {
        auto none = co_await (signals.next() || async_sleep(loop, 1ms, or_throw));
        EXPECT_EQ(none.index(), 1u);
        ::raise(SIGUSR1);
        EXPECT_EQ(co_await signals.next(), SIGUSR1);
    };
    run(body());
}

}  // namespace
