// SPDX-License-Identifier: Apache-2.0
#include "core/operations.hpp"

#include "support/loop_fixture.hpp"
#include "support/sockets.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <poll.h>

#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

struct operations_test : loop_fixture {
    socket_ends ends = unix_ends();

    void put(std::string_view text) {
        EXPECT_EQ(::send(ends.there.get(), text.data(), text.size(), 0), ssize_t(text.size()));
    }
};

TEST_F(operations_test, receive_takes_what_comes_until_the_end) {
    auto body = [&]() -> task<> {
        char space[16];
        for (auto make : {&unix_ends, &tcp_ends}) {
            ends = make();
            put("hello");
            auto [ec, n] =
                co_await async_receive(loop, ends.here.get(), asio::buffer(space), 0, or_error);
            EXPECT_FALSE(ec);
            EXPECT_EQ(std::string_view(space, n), "hello");
            ends.there.reset();
            auto [end, none] =
                co_await async_receive(loop, ends.here.get(), asio::buffer(space), 0, or_error);
            EXPECT_FALSE(end);
            EXPECT_EQ(none, 0u);
        }
    };
    run(body());
}

TEST_F(operations_test, receive_obeys_its_flags) {
    auto body = [&]() -> task<> {
        char space[16];
        const auto into = asio::buffer(space);
        put("look");
        auto n = co_await async_receive(loop, ends.here.get(), into, MSG_PEEK, or_throw);
        EXPECT_EQ(std::string_view(space, n), "look");
        n = co_await async_receive(loop, ends.here.get(), into, 0, or_throw);
        EXPECT_EQ(std::string_view(space, n), "look");
        ends = tcp_ends();  // unix sockets know no MSG_TRUNC
        put("dropped");
        n = co_await async_receive(loop, ends.here.get(), into, MSG_TRUNC, or_throw);
        EXPECT_EQ(n, 7u);
        auto in_parts = [&]() -> task<> {
            for (const char* part : {"one", "two", "thr"}) {
                put(part);
                co_await pause(1ms);
            }
        };
        n = co_await (
            async_receive(loop, ends.here.get(), asio::buffer(space, 9), MSG_WAITALL, or_throw) &&
            in_parts());
        EXPECT_EQ(std::string_view(space, n), "onetwothr");
    };
    run(body());
}

TEST_F(operations_test, receive_reports_what_is_wrong) {
    pipe_ends pipe;
    auto reset = tcp_ends();
    close_with_reset(std::move(reset.there));
    const struct {
        const char* what;
        int socket;
        int error;
    } cases[] = {
        {"nothing open", 999'999, EBADF},
        {"no descriptor", -1, EBADF},
        {"a pipe", pipe.out.get(), ENOTSOCK},
        {"a reset", reset.here.get(), ECONNRESET},
    };
    auto body = [&]() -> task<> {
        for (const auto& c : cases) {
            SCOPED_TRACE(c.what);
            char space[16];
            auto [ec, n] = co_await async_receive(loop, c.socket, asio::buffer(space), 0, or_error);
            EXPECT_EQ(ec.value(), c.error);
            EXPECT_EQ(n, 0u);
        }
    };
    run(body());
}

TEST_F(operations_test, send_sends_all_to_a_slow_reader) {
    const auto much = stream_bytes(0, 4 << 20);
    std::string got;
    auto reads = [&]() -> task<> {
        std::vector<char> space(100'000);
        while (got.size() < much.size()) {
            const auto n =
                co_await async_receive(loop, ends.there.get(), asio::buffer(space), 0, or_throw);
            got.append(space.data(), n);
            if (got.size() % 3 == 0) co_await pause(1ms);
        }
    };
    auto body = [&]() -> task<> {
        const auto sent =
            co_await (async_send(loop, ends.here.get(), asio::buffer(much), or_throw) && reads());
        EXPECT_EQ(sent, much.size());
    };
    run(body());
    EXPECT_TRUE(got == much);
}

TEST_F(operations_test, send_to_somebody_gone_is_an_error_and_no_signal) {
    auto body = [&]() -> task<> {
        ends.there.reset();
        auto [ec, n] = co_await async_send(loop, ends.here.get(), asio::buffer("x", 1), or_error);
        EXPECT_EQ(ec.value(), EPIPE);
        EXPECT_EQ(n, 0u);
        ends = tcp_ends();
        const std::string much(8 << 20, 'x');
        auto leaves = [&]() -> task<> {
            co_await pause(5ms);
            close_with_reset(std::move(ends.there));
        };
        auto half = [&]() -> task<std::size_t> {
            auto [error, sent] =
                co_await async_send(loop, ends.here.get(), asio::buffer(much), or_error);
            EXPECT_FALSE(error);
            co_return sent;
        };
        const auto sent = co_await (half() && leaves());
        EXPECT_GT(sent, 0u);
        EXPECT_LT(sent, much.size());
    };
    run(body());
}

TEST_F(operations_test, connect_reaches_listeners_and_says_who_is_none) {
    const auto folder =
        std::filesystem::temp_directory_path() / ("glimt_connect." + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    listening_socket on_tcp, on_unix(folder / "here"), deaf;
    const auto refusing = deaf.address;
    deaf.socket.reset();
    const struct {
        const char* what;
        socket_address to;
        int error;
    } cases[] = {
        {"TCP", on_tcp.address, 0},
        {"unix", on_unix.address, 0},
        {"nobody listens", refusing, ECONNREFUSED},
        {"no such path", unix_address(folder / "there"), ENOENT},
    };
    auto body = [&]() -> task<> {
        for (const auto& c : cases) {
            SCOPED_TRACE(c.what);
            descriptor client(::socket(c.to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
            auto [ec] =
                co_await async_connect(loop, client.get(), c.to.storage, c.to.bytes, or_error);
            EXPECT_EQ(ec.value(), c.error) << ec.message();
        }
    };
    run(body());
    std::filesystem::remove_all(folder);
}

TEST_F(operations_test, poll_tells_what_holds) {
    auto body = [&]() -> task<> {
        EXPECT_EQ(co_await async_poll(loop, ends.here.get(), POLLOUT, or_throw), POLLOUT);
        put("x");
        EXPECT_EQ(co_await async_poll(loop, ends.here.get(), POLLIN, or_throw), POLLIN);
        ends.there.reset();
        EXPECT_TRUE(co_await async_poll(loop, ends.here.get(), POLLRDHUP, or_throw) & POLLRDHUP);
        auto [ec, events] = co_await async_poll(loop, 999'999, POLLIN, or_error);
        EXPECT_EQ(ec.value(), EBADF);
    };
    run(body());
}

TEST_F(operations_test, sleepers_wake_in_the_order_of_their_times_and_never_early) {
    std::vector<int> woke;
    const auto begin = ring_context::clock::now();
    for (const int ms : {30, 0, 10, 20, -5}) {
        async_sleep(loop, std::chrono::milliseconds(ms), [&, ms](error_code ec) {
            EXPECT_FALSE(ec) << ec.message();
            EXPECT_GE(ring_context::clock::now() - begin, std::chrono::milliseconds(ms));
            woke.push_back(std::max(ms, 0));
        });
    }
    loop.run();
    EXPECT_EQ(woke, (std::vector<int>{0, 0, 10, 20, 30}));
}

// --- cancellation --------------------------------------------------------------------------------

// Every operation that can wait for ever, by its name, started with a slot.
struct endless_operation {
    const char* what;
    std::function<void(asio::cancellation_slot, std::function<void(error_code)>)> start;
};

struct cancellation_test : operations_test {
    pipe_ends empty, other;
    listening_socket full{0};
    descriptor queued = full.connect();
    descriptor client{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    char space[16];
    iovec part{space, sizeof space};
    const std::string much = std::string(8 << 20, 'x');

    template <class Done>
    static auto token(asio::cancellation_slot slot, Done done) {
        return asio::bind_cancellation_slot(slot, [done](error_code ec, auto...) { done(ec); });
    }

    std::vector<endless_operation> endless() {
        return {
            {"receive",
             [this](auto slot, auto done) {
                 async_receive(loop, ends.here.get(), asio::buffer(space), 0, token(slot, done));
             }},
            {"poll",
             [this](auto slot, auto done) {
                 async_poll(loop, ends.here.get(), POLLIN, token(slot, done));
             }},
            {"sleep",
             [this](auto slot, auto done) { async_sleep(loop, 10min, token(slot, done)); }},
            {"connect",
             [this](auto slot, auto done) {
                 async_connect(loop, client.get(), full.address.storage, full.address.bytes,
                               token(slot, done));
             }},
            {"read_at of a pipe",
             [this](auto slot, auto done) {
                 async_read_at(loop, empty.out.get(), {&part, 1}, std::uint64_t(-1),
                               token(slot, done));
             }},
            {"splice",
             [this](auto slot, auto done) {
                 async_splice(loop, empty.out.get(), -1, other.in.get(), -1, 100,
                              token(slot, done));
             }},
        };
    }
};

TEST_F(cancellation_test, every_type_of_it_ends_every_operation) {
    using asio::cancellation_type;
    for (const auto& each : endless()) {
        for (const auto type :
             {cancellation_type::terminal, cancellation_type::partial, cancellation_type::total}) {
            for (const bool at_once : {false, true}) {
                SCOPED_TRACE(std::string(each.what) + (at_once ? ", at once" : ", later"));
                asio::cancellation_signal signal;
                int ends_seen = 0;
                auto body = [&]() -> task<> {
                    each.start(signal.slot(), [&](error_code ec) {
                        EXPECT_EQ(ec, asio::error::operation_aborted);
                        ++ends_seen;
                    });
                    if (!at_once) co_await pause(1ms);
                    EXPECT_EQ(ends_seen, 0);
                    signal.emit(type);
                };
                run(body());
                EXPECT_EQ(ends_seen, 1);
                client.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
            }
        }
    }
}

TEST_F(cancellation_test, none_is_no_cancellation_and_a_late_one_meets_nobody) {
    asio::cancellation_signal signal;
    bool slept = false;
    auto body = [&]() -> task<> {
        async_sleep(loop, 2ms, asio::bind_cancellation_slot(signal.slot(), [&](error_code ec) {
                        EXPECT_FALSE(ec);
                        slept = true;
                    }));
        signal.emit(asio::cancellation_type::none);
        co_await pause(10ms);
        EXPECT_TRUE(slept);
        EXPECT_FALSE(signal.slot().has_handler());
        signal.emit(asio::cancellation_type::terminal);
    };
    run(body());
}

TEST_F(cancellation_test, cutting_a_send_short_tells_what_went) {
    auto body = [&]() -> task<> {
        std::size_t sent = 0;
        auto sends = [&]() -> task<> {
            auto [ec, n] = co_await async_send(loop, ends.here.get(), asio::buffer(much), or_error);
            EXPECT_FALSE(ec) << ec.message();
            sent = n;
        };
        co_await (sends() || pause(5ms));
        std::string got(much.size(), '\0');
        ends.here.reset();
        std::size_t arrived = 0;
        for (ssize_t n; (n = ::read(ends.there.get(), got.data(), got.size())) > 0;) arrived += n;
        EXPECT_EQ(arrived, sent);
        EXPECT_GT(sent, 0u);
        EXPECT_LT(sent, much.size());
    };
    run(body());
}

TEST_F(cancellation_test, the_faster_of_two_wins_and_ends_the_other) {
    auto body = [&]() -> task<> {
        for (int i = 0; i < 50; ++i) {
            auto slow =
                co_await (async_receive(loop, ends.here.get(), asio::buffer(space), 0, or_throw) ||
                          async_sleep(loop, 100us, or_throw));
            EXPECT_EQ(slow.index(), 1u);
            put("now");
            auto fast =
                co_await (async_receive(loop, ends.here.get(), asio::buffer(space), 0, or_throw) ||
                          async_sleep(loop, 10min, or_throw));
            EXPECT_EQ(fast.index(), 0u);
            EXPECT_EQ(std::get<0>(fast), 3u);
        }
    };
    run(body());
}

// Cancellations and completions cross; every byte is still received exactly once.
TEST_F(cancellation_test, a_cancelled_receive_loses_no_bytes) {
    std::string got;
    constexpr std::size_t all = 20'000;
    auto writes = [&]() -> task<> {
        for (std::size_t i = 0; i < all; i += 10) {
            const auto piece = stream_bytes(i, 10);
            co_await async_send(loop, ends.there.get(), asio::buffer(piece), or_throw);
            if (i % 70 == 0) co_await async_sleep(loop, 0ns, or_throw);
        }
        ends.there.reset();
    };
    auto reads = [&]() -> task<> {
        bool ended = false;
        while (!ended) {
            asio::cancellation_signal signal;
            bool done = false;
            async_receive(
                loop, ends.here.get(), asio::buffer(space), 0,
                asio::bind_cancellation_slot(signal.slot(), [&](error_code ec, std::size_t n) {
                    got.append(space, n);
                    ended = !ec && n == 0;
                    done = true;
                }));
            co_await async_sleep(loop, 0ns, or_throw);
            signal.emit(asio::cancellation_type::terminal);
            while (!done) co_await asio::post(loop.get_executor(), or_throw);
        }
    };
    auto body = [&]() -> task<> { co_await (writes() && reads()); };
    run(body());
    EXPECT_TRUE(got == stream_bytes(0, all));
}

// --- completion tokens ---------------------------------------------------------------------------

TEST_F(operations_test, any_completion_token_works) {
    int called = 0;
    async_sleep(loop, 1ms, [&](error_code) { ++called; });
    auto later = async_sleep(loop, 1ms, asio::deferred);
    std::move(later)([&](error_code) { ++called; });
    auto promised = async_sleep(loop, 1ms, asio::use_future);
    asio::experimental::make_parallel_group(async_sleep(loop, 1ms, asio::deferred),
                                            async_sleep(loop, 10min, asio::deferred))
        .async_wait(asio::experimental::wait_for_one(),
                    [&](std::array<std::size_t, 2> order, error_code first, error_code second) {
                        EXPECT_EQ(order[0], 0u);
                        EXPECT_FALSE(first);
                        EXPECT_EQ(second, asio::error::operation_aborted);
                        ++called;
                    });
    loop.run();
    EXPECT_EQ(called, 3);
    EXPECT_EQ(promised.wait_for(0s), std::future_status::ready);
    auto fails = async_poll(loop, -1, POLLIN, asio::use_future);
    loop.run();
    EXPECT_THROW(fails.get(), boost::system::system_error);
}

TEST_F(operations_test, a_handler_runs_on_the_executor_bound_to_it) {
    ring_context other(make_ring(loop_under_test()));
    auto guard = asio::make_work_guard(other.get_executor());
    std::thread elsewhere([&] { other.run(); });
    bool told = false;
    async_sleep(loop, 1ms, asio::bind_executor(other.get_executor(), [&](error_code) {
                    EXPECT_TRUE(other.in_loop());
                    told = true;
                }));
    loop.run();
    guard.reset();
    elsewhere.join();
    EXPECT_TRUE(told);
}

}  // namespace
