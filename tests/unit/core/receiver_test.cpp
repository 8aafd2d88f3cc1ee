// SPDX-License-Identifier: Apache-2.0
#include "core/receiver.hpp"

#include "support/faulty_loop.hpp"
#include "support/sockets.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <string>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

constexpr unsigned buffer_bytes = 64;

struct receiver_test : faulty_loop {
    receiver_test() { loop.provide_buffers(64, buffer_bytes); }

    static void count_end(void* context) { ++*static_cast<int*>(context); }

    std::unique_ptr<receiver> receive_from(const descriptor& socket) {
        return std::make_unique<receiver>(loop, socket.get(), count_end, &ends_seen);
    }

    // What is buffered, consumed in steps of `step`.
    static std::string take(receiver& from, std::size_t step = std::string::npos) {
        std::string got;
        while (!from.front().empty()) {
            const auto piece = from.front().first(std::min(step, from.front().size()));
            got.append(reinterpret_cast<const char*>(piece.data()), piece.size());
            from.consume(piece.size());
        }
        return got;
    }

    task<std::string> read_to_end(receiver& from, std::size_t step = std::string::npos) {
        std::string got;
        for (;;) {
            while (!from.ready()) co_await from.async_wait(or_throw);
            got += take(from, step);
            if (from.ended()) co_return got;
        }
    }

    // Sends the stream in uneven pieces and closes.
    task<> send_stream(descriptor socket, std::size_t bytes) {
        for (std::size_t sent = 0; sent < bytes;) {
            const auto piece =
                stream_bytes(sent, std::min<std::size_t>(bytes - sent, 1 + sent * 31 % 700));
            sent += co_await async_send(loop, socket.get(), asio::buffer(piece), or_throw);
        }
    }

    void put(std::string_view text) {
        EXPECT_EQ(::send(ends.there.get(), text.data(), text.size(), 0), ssize_t(text.size()));
    }

    socket_ends ends = tcp_ends();
    int ends_seen = 0;
};

TEST_F(receiver_test, heads_cross_buffers_and_arrive_in_order) {
    for (const std::size_t step : {1u, 7u, 63u, 64u, 1000u}) {
        SCOPED_TRACE(step);
        ends = step % 2 ? tcp_ends() : unix_ends();
        auto from = receive_from(ends.here);
        auto body = [&]() -> task<> {
            auto got =
                co_await (read_to_end(*from, step) && send_stream(std::move(ends.there), 20'000));
            EXPECT_TRUE(got == stream_bytes(0, 20'000));
            EXPECT_FALSE(from->error());
        };
        run(body());
    }
    EXPECT_EQ(ends_seen, 5);
}

TEST_F(receiver_test, a_flood_is_held_back_and_nothing_is_lost) {
    auto from = receive_from(ends.here);
    constexpr std::size_t all = 6 << 20;  // more than the socket buffers take
    bool sent = false;
    auto floods = [&]() -> task<> {
        co_await send_stream(std::move(ends.there), all);
        sent = true;
    };
    auto reads = [&]() -> task<std::string> {
        from->watch();
        co_await async_sleep(loop, 30ms, or_throw);
        co_await from->pause();
        EXPECT_FALSE(sent);
        auto got = take(*from);
        EXPECT_GE(got.size(), buffer_bytes);
        EXPECT_LE(got.size(), 40u * buffer_bytes) << "of 64 buffers";
        RecordProperty("held", int(got.size() / buffer_bytes));
        got += co_await read_to_end(*from);
        co_return got;
    };
    auto body = [&]() -> task<> {
        const auto got = co_await (reads() && floods());
        EXPECT_TRUE(got == stream_bytes(0, all));
    };
    run(body());
}

// Heads from the buffers, bodies straight into memory, in an order that a seed decides.
TEST_F(receiver_test, pausing_goes_on_at_the_very_next_byte) {
    for (unsigned seed = 0; seed < 20; ++seed) {
        SCOPED_TRACE(seed);
        std::minstd_rand random(seed);
        ends = seed % 2 ? tcp_ends() : unix_ends();
        auto from = receive_from(ends.here);
        constexpr std::size_t all = 30'000;
        auto reads = [&]() -> task<std::string> {
            std::string got;
            char space[900];
            for (;;) {
                if (random() % 2) {
                    while (!from->ready()) co_await from->async_wait(or_throw);
                    if (from->ended()) break;
                    got += take(*from, 1 + random() % 100);
                    if (random() % 2) from->watch();
                    continue;
                }
                co_await from->pause();
                got += take(*from);
                if (from->ended()) break;
                const auto n = co_await async_receive(
                    loop, ends.here.get(), asio::buffer(space, 1 + random() % 900), 0, or_throw);
                got.append(space, n);
            }
            co_return got;
        };
        auto body = [&]() -> task<> {
            const auto got = co_await (reads() && send_stream(std::move(ends.there), all));
            EXPECT_TRUE(got == stream_bytes(0, all)) << got.size();
        };
        run(body());
    }
}

TEST_F(receiver_test, without_buffers_left_it_uses_one_of_its_own) {
    std::vector<socket_ends> greedy;
    std::vector<std::unique_ptr<receiver>> holders;
    auto body = [&]() -> task<> {
        // Each holds a few buffers full of bytes that nobody consumes.
        for (int i = 0; i < 64; ++i) {
            greedy.push_back(unix_ends());
            const auto bytes = stream_bytes(0, buffer_bytes * 4);
            EXPECT_EQ(::send(greedy[i].there.get(), bytes.data(), bytes.size(), 0),
                      ssize_t(bytes.size()));
            holders.push_back(receive_from(greedy[i].here));
            holders.back()->watch();
        }
        co_await async_sleep(loop, 5ms, or_throw);
        auto from = receive_from(ends.here);
        const auto got =
            co_await (read_to_end(*from, 50) && send_stream(std::move(ends.there), 50'000));
        EXPECT_TRUE(got == stream_bytes(0, 50'000));
        for (std::size_t i = 0; i < holders.size(); ++i) {
            greedy[i].there.reset();
            EXPECT_EQ(co_await read_to_end(*holders[i]), stream_bytes(0, buffer_bytes * 4));
        }
    };
    run(body());
    EXPECT_EQ(ends_seen, 65);
}

// Paused in the turn in which the buffers turn out to be used up: it stays paused.
TEST_F(receiver_test, pause_holds_when_there_are_no_buffers) {
    auto from = receive_from(ends.here);
    plan->add(operation_kind::recv, 1, fail_with{ENOBUFS});
    auto body = [&]() -> task<> {
        from->watch();
        co_await (from->pause() || async_sleep(loop, 5s, or_throw));
        EXPECT_EQ(plan->seen(operation_kind::recv), 1u);
        put("body");
        char space[16];
        EXPECT_EQ(co_await async_receive(loop, ends.here.get(), asio::buffer(space), 0, or_throw),
                  4u);
        put("head");
        while (!from->ready()) co_await from->async_wait(or_throw);
        EXPECT_EQ(take(*from), "head");
        from.reset();
    };
    run(body());
}

TEST_F(receiver_test, can_be_destroyed_at_any_time) {
    auto body = [&]() -> task<> {
        for (const char* when : {"unused", "armed", "armed for long", "filled", "pausing"}) {
            SCOPED_TRACE(when);
            const std::string_view now = when;
            ends = unix_ends();
            auto from = receive_from(ends.here);
            if (now != "unused") from->watch();
            if (now == "filled") put(stream_bytes(0, 1000));
            if (now != "armed" && now != "pausing") co_await async_sleep(loop, 1ms, or_throw);
            if (now == "pausing") co_await from->pause();
            from.reset();
        }
        // Every buffer came back: all 64 can be filled by one who reads on.
        ends = unix_ends();
        auto from = receive_from(ends.here);
        const auto got = co_await (read_to_end(*from) &&
                                   send_stream(std::move(ends.there), 64 * buffer_bytes * 3));
        EXPECT_EQ(got.size(), 64u * buffer_bytes * 3);
    };
    run(body());
    EXPECT_EQ(ends_seen, 1);
}

TEST_F(receiver_test, the_end_handler_may_destroy_it) {
    struct owner {
        std::optional<receiver> from;
        int ends_seen = 0;
    } owned;
    owned.from.emplace(
        loop, ends.here.get(),
        [](void* context) {
            auto& all = *static_cast<owner*>(context);
            ++all.ends_seen;
            all.from.reset();
        },
        &owned);
    owned.from->watch();
    ends.there.reset();
    loop.run();
    EXPECT_EQ(owned.ends_seen, 1);
}

TEST_F(receiver_test, tells_an_end_once_after_all_bytes) {
    auto from = receive_from(ends.here);
    auto body = [&]() -> task<> {
        put("last words");
        from->watch();
        co_await async_sleep(loop, 2ms, or_throw);
        ends.there.reset();
        while (ends_seen == 0) co_await async_sleep(loop, 1ms, or_throw);
        EXPECT_TRUE(from->ready());
        EXPECT_FALSE(from->ended());
        EXPECT_EQ(take(*from), "last words");
        EXPECT_TRUE(from->ended());
        EXPECT_FALSE(from->error());
        from->watch();
        co_await from->pause();
        co_await async_sleep(loop, 1ms, or_throw);
    };
    run(body());
    EXPECT_EQ(ends_seen, 1);
}

TEST_F(receiver_test, tells_a_reset_by_its_error) {
    auto from = receive_from(ends.here);
    auto body = [&]() -> task<> {
        from->watch();
        co_await async_sleep(loop, 1ms, or_throw);
        close_with_reset(std::move(ends.there));
        while (!from->ready()) co_await from->async_wait(or_throw);
        EXPECT_TRUE(from->ended());
        EXPECT_EQ(from->error().value(), ECONNRESET);
    };
    run(body());
    EXPECT_EQ(ends_seen, 1);
}

TEST_F(receiver_test, a_cancelled_wait_loses_nothing) {
    auto from = receive_from(ends.here);
    auto body = [&]() -> task<> {
        for (int i = 0; i < 50; ++i) {
            const auto nobody =
                co_await (from->async_wait(or_throw) || async_sleep(loop, 50us, or_throw));
            EXPECT_EQ(nobody.index(), 1u);
            put(fmt::format("{:2}", i));
            while (!from->ready()) co_await from->async_wait(or_throw);
            EXPECT_EQ(take(*from), fmt::format("{:2}", i));
        }
        from.reset();
    };
    run(body());
}

// Whichever receive fails, with whatever: the bytes before it arrive, then the error, once. Without
// buffers or room it goes on instead.
TEST_F(receiver_test, any_receive_may_fail) {
    const struct {
        int error;
        bool ends;
    } cases[] = {{ECONNRESET, true}, {ETIMEDOUT, true}, {ENOBUFS, false}};
    for (const auto& c : cases) {
        for (unsigned nth = 1; nth <= 8; ++nth) {
            SCOPED_TRACE(fmt::format("{} at {}", c.error, nth));
            ends_seen = 0;
            ends = unix_ends();
            plan->clear();
            plan->add(operation_kind::recv, nth, fail_with{c.error});
            auto from = receive_from(ends.here);
            auto body = [&]() -> task<> {
                std::string got;
                for (std::size_t i = 0; i < 10 && !from->ended(); ++i) {
                    put(stream_bytes(i * 100, 100));
                    while (got.size() < (i + 1) * 100 && !from->ended()) {
                        while (!from->ready()) co_await from->async_wait(or_throw);
                        got += take(*from);
                    }
                    co_await from->pause();
                    got += take(*from);
                }
                EXPECT_EQ(got, stream_bytes(0, got.size()));
                EXPECT_EQ(from->ended(), c.ends);
                if (c.ends) EXPECT_EQ(from->error().value(), c.error);
                if (!c.ends) EXPECT_EQ(got.size(), 1000u);
                from.reset();
            };
            run(body());
            EXPECT_EQ(ends_seen, c.ends ? 1 : 0);
        }
    }
}

// A receive that begins late was not there yet when it was cancelled.
TEST_F(receiver_test, late_receives_can_be_paused_and_destroyed) {
    plan->add(operation_kind::recv, fault_plan::every, late_by{3ms});
    auto from = receive_from(ends.here);
    auto body = [&]() -> task<> {
        put("slow");
        from->watch();
        co_await from->pause();
        while (!from->ready()) co_await from->async_wait(or_throw);
        EXPECT_EQ(take(*from), "slow");
        from->watch();
        from.reset();
    };
    run(body());
}

}  // namespace
