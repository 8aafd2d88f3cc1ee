// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client.hpp"
#include "core/fault_ring.hpp"
#include "core/fleet.hpp"
#include "proto/exchange.hpp"
#include "server/session.hpp"
#include "support/loop_fixture.hpp"
#include "support/sockets.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace glimt::testing {

inline response text_answer(std::string text, unsigned status = 200) {
    response said;
    said.status = status;
    said.text = std::move(text);
    return said;
}

// All bytes of a body, by reads of `room` bytes.
inline task<std::string> read_all(source& body, std::size_t room = 4096) {
    std::string all, some(room, '\0');
    while (const auto n = co_await body.read_some(asio::buffer(some))) all.append(some, 0, n);
    co_return all;
}

// Answers as the test says; at first with "METHOD /path: " and the body.
class scripted_responder final : public responder {
public:
    std::function<task<response>(request&)> script = echo;
    std::size_t asked = 0;
    std::size_t cut = 0;  // requests that ended with operation_aborted

    static task<response> echo(request& from) {
        auto body = co_await read_all(from.body);
        co_return text_answer(std::string(from.head.method) + " " + from.head.path + ": " + body);
    }

    task<response> answer(request& from) override {
        ++asked;
        try {
            co_return co_await script(from);
        } catch (const boost::system::system_error& e) {
            if (e.code() == asio::error::operation_aborted) ++cut;
            throw;
        }
    }
};

// A shard with sessions on it. run() returns when the loop has run dry, which it does only when
// every session has ended; what a session leaves behind is checked then.
struct session_fixture : ::testing::Test {
    enum class over { unix_pair, tcp };

    real_clock time;
    log out{{.least = severity::error}, time};
    std::shared_ptr<fault_plan> plan = std::make_shared<fault_plan>();
    settings options;
    shard here{0, make_fault_ring(make_ring(loop_under_test()), plan), {}, out};
    scripted_responder app;
    session_context context{here, app, options};
    std::uint64_t errors_expected = 0;  // lines of the log
    nursery::child* session = nullptr;  // the last one; gone when it has ended

    client connect(over way = over::tcp, wire_protocol pinned = wire_protocol::automatic) {
        auto [ours, theirs] = way == over::tcp ? tcp_ends() : unix_ends();
        here.children.start_knowing("connection", [&](nursery::child& self) {
            session = &self;
            return serve(context, std::move(ours), pinned, self);
        });
        return {here.loop, std::move(theirs)};
    }

    void run(task<> body) {
        std::exception_ptr failure;
        asio::co_spawn(here.loop.get_executor(), std::move(body),
                       [&](std::exception_ptr e) { failure = std::move(e); });
        here.loop.run();
        if (failure) std::rethrow_exception(failure);
    }

    task<> pause(std::chrono::milliseconds duration) {
        co_await async_sleep(here.loop, duration, or_throw);
    }

    // Waits for something that is certain to come; ctest's time limit is its limit.
    template <class Condition>
    task<> until(Condition holds) {
        while (!holds()) co_await pause(std::chrono::milliseconds(1));
    }

    void TearDown() override {
        EXPECT_EQ(here.children.size(), 0u);
        EXPECT_EQ(here.buffers.lent(), 0u);
        EXPECT_EQ(here.counters.connections_open.value(), 0u);
        EXPECT_TRUE(out.flush());
        EXPECT_EQ(out.written() + out.dropped(), errors_expected);
    }
};

}  // namespace glimt::testing
