// SPDX-License-Identifier: Apache-2.0
#include "support/outbound_fixture.hpp"

#include <sys/ioctl.h>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t large = 20'000'000;

std::string head_of(std::size_t bytes) {
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", bytes);
}

struct http_stream_test : outbound_fixture {
    std::size_t sent = 0;  // by a server that sends as fast as it can

    // Serves the stream of bytes; its progress is seen in `sent`.
    void serve_stream(std::size_t bytes) {
        serve([this, bytes](peer& to) { return stream(to, bytes, false); });
    }

    task<> stream(peer& to, std::size_t bytes, bool in_chunks) {
        constexpr std::size_t piece = 50'000;
        co_await next_head(to);
        co_await to.send(in_chunks ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                   : head_of(bytes));
        for (sent = 0; sent < bytes;) {
            const auto n = std::min(piece, bytes - sent);
            std::string some = stream_bytes(sent, n);
            if (in_chunks) some = fmt::format("{:x}\r\n", n) + some + "\r\n";
            if (!co_await to.send(std::move(some))) co_return;
            sent += n;
        }
        if (in_chunks) co_await to.send("0\r\n\r\n");
    }

    // Reads on from the byte at `place` to the end, by reads of `room` bytes; false when one byte
    // is not the right one.
    static task<bool> is_stream(source& body, std::size_t place, std::size_t end,
                                std::size_t room) {
        std::string some(room, '\0');
        while (const auto n = co_await body.read_some(asio::buffer(some))) {
            if (some.compare(0, n, stream_bytes(place, n)) != 0) co_return false;
            place += n;
        }
        co_return place == end;
    }

    // Lets the loop turn until nothing moves any more: the server cannot send, curl does not read.
    task<> settle() {
        for (std::size_t before = 1, still = 0; still < 5; before = sent) {
            still = before == sent ? still + 1 : 0;
            co_await pause(10ms);
        }
    }
};

TEST_F(http_stream_test, brings_every_byte_in_order) {
    struct stream_case {
        std::size_t bytes, room;
        bool in_chunks;
    };
    const stream_case cases[] = {{0, 100, false},          {1, 100, false},
                                 {100'000, 1, false},      {1'000'000, 7'919, false},
                                 {1'000'000, 7'919, true}, {large, 1 << 20, false},
                                 {large, 65'536, true}};
    const stream_case* now = nullptr;
    serve([&](peer& to) { return stream(to, now->bytes, now->in_chunks); });
    auto body = [&]() -> task<> {
        for (const auto& c : cases) {
            now = &c;
            client.emplace(loop);
            auto opened = co_await client->open(query());
            EXPECT_EQ(opened.status, 200u);
            EXPECT_EQ(opened.length, c.in_chunks ? std::nullopt : std::optional(c.bytes));
            EXPECT_TRUE(co_await is_stream(*opened.body, 0, c.bytes, c.room));
            char more = 0;
            EXPECT_EQ(co_await opened.body->read_some(asio::buffer(&more, 1)), 0u);
        }
    };
    run(body());
}

TEST_F(http_stream_test, a_slow_reader_holds_the_server_back) {
    auto body = [&]() -> task<> {
        serve_stream(large);
        auto opened = co_await client->open(query());
        co_await settle();
        const auto unread = sent;
        EXPECT_LT(unread, large / 2);

        char some[1000];
        std::size_t place = 0;
        for (int i = 0; i < 3; ++i) {
            const auto n = co_await opened.body->read_some(asio::buffer(some));
            EXPECT_EQ(std::string(some, n), stream_bytes(place, n));
            place += n;
            co_await settle();
        }
        EXPECT_LT(sent, unread + 2'000'000);
        EXPECT_TRUE(co_await is_stream(*opened.body, place, large, 100'000));
    };
    run(body());
}

// The rest of a body that nobody wants is not received for the sake of the connection.
TEST_F(http_stream_test, destroying_the_body_ends_the_transfer) {
    event gone(loop);
    bool was_gone = false;
    auto body = [&]() -> task<> {
        serve([&](peer& to) -> task<> {
            co_await stream(to, large, false);
            was_gone = true;
            gone.notify_all();
        });
        auto opened = co_await client->open(query());
        char some[1000];
        co_await opened.body->read_some(asio::buffer(some));
        opened.body.reset();
        while (!was_gone) co_await gone.async_wait(or_throw);
        EXPECT_LT(sent, large);
    };
    run(body());
}

struct short_case {
    const char* what;
    const char* head;
    bool reset;
};

TEST_F(http_stream_test, throws_when_the_body_ends_before_its_end) {
    const short_case cases[] = {
        {"length", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n012345", false},
        {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n", false},
        {"reset", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n012345", true},
    };
    const short_case* now = nullptr;
    event read(loop);
    auto body = [&]() -> task<> {
        serve([&](peer& to) -> task<> {
            co_await next_head(to);
            co_await to.send(now->head);
            co_await read.async_wait(or_throw);
            if (now->reset) to.reset();
        });
        for (const auto& c : cases) {
            now = &c;
            auto opened = co_await client->open(query());
            char some[1000];
            EXPECT_EQ(co_await opened.body->read_some(asio::buffer(some)), 6u);
            read.notify_all();
            error_code ec;
            try {
                co_await opened.body->read_some(asio::buffer(some));
            } catch (const boost::system::system_error& e) {
                ec = e.code();
            }
            EXPECT_EQ(ec, asio::error::connection_reset) << c.what;
        }
    };
    run(body());
}

TEST_F(http_stream_test, a_failure_has_no_body) {
    auto body = [&]() -> task<> {
        auto asked = query();
        co_await incoming.finish();
        listener.socket.reset();
        const auto opened = co_await client->open(std::move(asked));
        EXPECT_EQ(opened.failed, http_failure::cannot_connect);
        EXPECT_EQ(opened.body, nullptr);
    };
    run(body());
}

TEST_F(http_stream_test, many_at_once_each_at_its_own_pace) {
    constexpr std::size_t bytes = 2'000'000;
    unsigned right = 0;
    auto one = [&](std::size_t room) -> task<> {
        auto opened = co_await client->open(query());
        if (co_await is_stream(*opened.body, 0, bytes, room)) ++right;
    };
    auto body = [&]() -> task<> {
        serve_stream(bytes);
        nursery readers(loop, [](std::string_view, std::exception_ptr) { ADD_FAILURE(); });
        for (std::size_t i = 1; i <= 20; ++i) readers.start("one", one(i * 3'000));
        co_await readers.join();
    };
    run(body());
    EXPECT_EQ(right, 20u);
}

}  // namespace
