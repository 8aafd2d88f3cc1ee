// SPDX-License-Identifier: Apache-2.0
#include "core/acceptor.hpp"

#include "support/faulty_loop.hpp"
#include "support/sockets.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <poll.h>
#include <sys/resource.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

// Restores the process's limit of open files.
struct open_files_limit {
    open_files_limit() { ::getrlimit(RLIMIT_NOFILE, &before); }
    ~open_files_limit() { ::setrlimit(RLIMIT_NOFILE, &before); }
    void set(rlim_t value) const {
        const rlimit now{value, before.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &now), 0);
    }
    rlimit before{};
};

struct acceptor_test : faulty_loop {
    listening_socket listener;
    std::vector<descriptor> clients;

    void connect(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) clients.push_back(listener.connect());
    }

    // Whether a byte from some client comes out of `accepted`.
    static bool is_connected(const descriptor& accepted) {
        sockaddr_storage peer;
        socklen_t size = sizeof peer;
        return ::getpeername(accepted.get(), reinterpret_cast<sockaddr*>(&peer), &size) == 0;
    }
};

TEST_F(acceptor_test, serves_tcp_and_unix_sockets) {
    const auto path =
        std::filesystem::temp_directory_path() / ("glimt_accept." + std::to_string(::getpid()));
    auto body = [&]() -> task<> {
        for (auto& here : {std::make_shared<listening_socket>(),
                           std::make_shared<listening_socket>(path.string())}) {
            acceptor from(loop, here->socket.get());
            descriptor client = here->connect();
            auto [ec, accepted] = co_await from.next();
            EXPECT_FALSE(ec);
            EXPECT_EQ(::send(client.get(), "x", 1, 0), 1);
            char byte = 0;
            EXPECT_EQ(::recv(accepted.get(), &byte, 1, 0), 1);
            EXPECT_EQ(::fcntl(accepted.get(), F_GETFD), FD_CLOEXEC);
        }
    };
    run(body());
    std::filesystem::remove(path);
}

TEST_F(acceptor_test, takes_a_burst_of_a_thousand) {
    const open_files_limit limit;
    limit.set(limit.before.rlim_max);
    auto body = [&]() -> task<> {
        acceptor from(loop, listener.socket.get());
        std::vector<descriptor> accepted;
        connect(1000);
        while (accepted.size() < 1000) {
            auto [ec, next] = co_await from.next();
            EXPECT_FALSE(ec) << ec.message();
            EXPECT_TRUE(is_connected(next));
            accepted.push_back(std::move(next));
            if (accepted.size() % 100 == 0) co_await async_sleep(loop, 1ms, or_throw);
        }
        EXPECT_FALSE(from.take());
    };
    run(body());
}

TEST_F(acceptor_test, finish_keeps_what_was_accepted_and_nothing_comes_after) {
    auto body = [&]() -> task<> {
        acceptor from(loop, listener.socket.get());
        connect(1);
        auto [ec, first] = co_await from.next();
        EXPECT_FALSE(ec);
        connect(20);
        co_await from.finish();
        int kept = 0;
        while (from.take()) ++kept;
        // What the operation had not taken by then is still in the kernel's backlog.
        for (pollfd more{listener.socket.get(), POLLIN, 0}; ::poll(&more, 1, 0) > 0; ++kept)
            descriptor(::accept(listener.socket.get(), nullptr, nullptr));
        EXPECT_EQ(kept, 20);
        co_await from.finish();
        connect(1);
        auto [over, none] = co_await from.next();
        EXPECT_EQ(over, asio::error::operation_aborted);
        EXPECT_FALSE(none);
    };
    run(body());
}

TEST_F(acceptor_test, finish_ends_a_wait_and_may_come_before_any) {
    auto body = [&]() -> task<> {
        acceptor unused(loop, listener.socket.get());
        co_await unused.finish();
        acceptor from(loop, listener.socket.get());
        auto waits = [&]() -> task<> {
            auto [ec, none] = co_await from.next();
            EXPECT_EQ(ec, asio::error::operation_aborted);
        };
        auto finishes = [&]() -> task<> {
            co_await async_sleep(loop, 1ms, or_throw);
            co_await from.finish();
        };
        co_await (waits() && finishes());
    };
    run(body());
}

TEST_F(acceptor_test, a_cancelled_wait_loses_no_connection) {
    auto body = [&]() -> task<> {
        acceptor from(loop, listener.socket.get());
        std::size_t accepted = 0;
        auto takes = [&]() -> task<> {
            auto [ec, next] = co_await from.next();
            if (!ec) ++accepted;
        };
        for (int i = 0; i < 30; ++i) {
            connect(1);
            co_await (takes() || async_sleep(loop, 0ns, or_throw));
        }
        while (accepted < 30) co_await takes();
        co_await async_sleep(loop, 5ms, or_throw);
        EXPECT_FALSE(from.take());
    };
    run(body());
}

TEST_F(acceptor_test, too_many_open_files_is_told_and_passes) {
    const open_files_limit limit;
    auto body = [&]() -> task<> {
        acceptor from(loop, listener.socket.get());
        connect(3);
        descriptor highest(::dup(listener.socket.get()));
        const auto first_free = static_cast<rlim_t>(highest.get());
        highest.reset();
        limit.set(first_free + 1);
        auto [ec, first] = co_await from.next();
        EXPECT_FALSE(ec);
        auto [full, none] = co_await from.next();
        EXPECT_EQ(full.value(), EMFILE);
        EXPECT_FALSE(none);
        auto [still, nothing] = co_await from.next();
        EXPECT_EQ(still.value(), EMFILE);
        limit.set(limit.before.rlim_cur);
        for (int i = 0; i < 2; ++i) {
            auto [again, later] = co_await from.next();
            EXPECT_FALSE(again);
            EXPECT_TRUE(is_connected(later));
        }
    };
    run(body());
}

TEST_F(acceptor_test, closes_what_it_holds_when_destroyed) {
    auto body = [&]() -> task<> {
        auto from = std::make_unique<acceptor>(loop, listener.socket.get());
        connect(1);
        auto [ec, first] = co_await from->next();
        EXPECT_FALSE(ec);
        connect(5);
        co_await async_sleep(loop, 5ms, or_throw);
        from.reset();
        co_await async_sleep(loop, 1ms, or_throw);
        for (std::size_t i = 1; i < clients.size(); ++i) {
            char byte;
            auto [error, n] =
                co_await async_receive(loop, clients[i].get(), asio::buffer(&byte, 1), 0, or_error);
            EXPECT_EQ(n, 0u);
        }
        acceptor at_once(loop, listener.socket.get());
        auto nobody = co_await (at_once.next() || async_sleep(loop, 0ns, or_throw));
        EXPECT_EQ(nobody.index(), 1u);
    };
    run(body());
}

// Whichever accept fails, it is told once, and the next call goes on.
TEST_F(acceptor_test, any_accept_may_fail) {
    for (const int error : {EMFILE, ENFILE, ECONNABORTED, ENOBUFS, ENOMEM}) {
        for (unsigned nth = 1; nth <= 4; ++nth) {
            SCOPED_TRACE(std::to_string(error) + " at " + std::to_string(nth));
            plan->clear();
            plan->add(operation_kind::accept, nth, fail_with{error});
            auto body = [&]() -> task<> {
                int failures = 0;
                for (int i = 0; i < 4; ++i) {
                    acceptor from(loop, listener.socket.get());
                    connect(1);
                    auto [ec, next] = co_await from.next();
                    if (ec) {
                        ++failures;
                        EXPECT_EQ(ec.value(), error);
                        next = std::move((co_await from.next()).second);
                    }
                    EXPECT_TRUE(is_connected(next));
                }
                EXPECT_EQ(failures, 1);
            };
            run(body());
        }
    }
}

}  // namespace
