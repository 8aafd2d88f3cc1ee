// SPDX-License-Identifier: Apache-2.0
#include "session_fixture.hpp"

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

const std::string get = "GET /v HTTP/1.1\r\nHost: h\r\n\r\n";
const std::string get_last = "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

struct http_session_test : session_fixture {
    // Requests wait for `gate` before they are answered with their path.
    event gate{here.loop};
    bool open = false;

    void wait_at_gate() {
        app.script = [this](request& from) -> task<response> {
            while (!open) co_await gate.async_wait(or_throw);
            co_return text_answer(from.head.path);
        };
    }
    void open_gate() {
        open = true;
        gate.notify_all();
    }
    task<> until_asked(std::size_t times) {
        co_await until([&] { return app.asked == times; });
        co_await pause(5ms);  // and the handler has gone to sleep
    }
    task<> until_ended() {
        co_await until([&] { return here.children.size() == 0; });
    }
};

TEST_F(http_session_test, answers_request_after_request_however_they_are_cut) {
    run([](http_session_test& test) -> task<> {
        const std::string all = get +
                                "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" +
                                "PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
                                "3\r\nxyz\r\n0\r\n\r\n" + get_last;
        for (std::size_t cut = 0; cut < all.size(); ++cut) {
            SCOPED_TRACE(cut);
            auto peer = test.connect(over::unix_pair);
            co_await peer.send(all.substr(0, cut));
            co_await asio::post(test.here.loop.get_executor(), or_throw);
            co_await test.pause(0ms);
            co_await peer.send(all.substr(cut));
            for (const auto* body : {"GET /v: ", "POST /b: abc", "PUT /c: xyz", "GET /last: "}) {
                const auto got = co_await peer.answer();
                EXPECT_EQ(got.body, body);
                EXPECT_EQ(got.says("\r\nConnection: close\r\n"), got.body == "GET /last: ");
                if (!got.whole) co_return;
            }
            EXPECT_EQ(co_await peer.rest(), "");
        }
    }(*this));
}

TEST_F(http_session_test, a_client_that_goes_cancels_its_request) {
    options.client_gone_grace = 1ms;
    wait_at_gate();
    run([](http_session_test& test) -> task<> {
        std::size_t gone = 0;
        for (const auto way : {over::tcp, over::unix_pair}) {
            for (const bool reset : {false, true}) {
                for (const auto& bytes :
                     {get, "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n" + get}) {
                    auto peer = test.connect(way);
                    co_await peer.send(bytes);
                    co_await test.until_asked(gone + 1);
                    reset ? peer.reset() : peer.close();
                    co_await test.until_ended();
                    EXPECT_EQ(test.app.cut, ++gone);
                    EXPECT_EQ(test.here.counters.clients_gone.value(), gone);
                }
            }
        }
        EXPECT_EQ(test.here.counters.responses_2xx.value(), 0u);
    }(*this));
}

TEST_F(http_session_test, a_client_that_goes_cancels_its_upload_once_it_is_read) {
    options.client_gone_grace = 1ms;
    app.script = [this](request& from) -> task<response> {
        co_await read_all(from.body);
        while (!open) co_await gate.async_wait(or_throw);
        co_return text_answer("");
    };
    run([](http_session_test& test) -> task<> {
        std::size_t asked = 0;
        for (const std::string framing :
             {"Content-Length: 5\r\n\r\nabcde",
              "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"}) {
            auto peer = test.connect();
            co_await peer.send("PUT /v HTTP/1.1\r\nHost: h\r\n" + framing);
            co_await test.until_asked(++asked);
            peer.close();
            co_await test.until_ended();
            EXPECT_EQ(test.app.cut, asked);
        }
    }(*this));
}

TEST_F(http_session_test, answers_a_client_that_finishes_behind_its_request) {
    run([](http_session_test& test) -> task<> {
        for (const auto way : {over::tcp, over::unix_pair}) {
            for (const bool at_once : {true, false}) {
                for (int i = 0; i < 50; ++i) {
                    auto peer = test.connect(way);
                    if (!at_once) co_await test.pause(1ms);
                    co_await peer.send(get);
                    peer.finish();
                    EXPECT_EQ((co_await peer.answer()).body, "GET /v: ");
                    EXPECT_EQ(co_await peer.rest(), "");
                    EXPECT_FALSE(peer.was_reset);
                }
            }
        }
    }(*this));
}

// It may have shut down its side alone, as `nc -N` does and many a script.
TEST_F(http_session_test, answers_a_client_that_finishes_while_it_works) {
    options.client_gone_grace = 60s;
    app.script = [this](request& from) -> task<response> {
        co_await read_all(from.body);
        while (!open) co_await gate.async_wait(or_throw);
        co_return text_answer(from.head.path);
    };
    run([](http_session_test& test) -> task<> {
        const std::string upload =
            "PUT /v HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nConnection: close\r\n\r\na";
        std::size_t asked = 0;
        for (const auto way : {over::tcp, over::unix_pair}) {
            for (const auto& bytes : {get, upload}) {
                auto peer = test.connect(way);
                co_await peer.send(bytes);
                co_await test.until_asked(++asked);
                peer.finish();
                co_await test.pause(5ms);
                test.open_gate();
                EXPECT_EQ((co_await peer.answer()).body, "/v");
                EXPECT_EQ(co_await peer.rest(), "");
                EXPECT_FALSE(peer.was_reset);
                test.open = false;
            }
        }
        EXPECT_EQ(test.here.counters.clients_gone.value(), 0u);
    }(*this));
}

TEST_F(http_session_test, answers_what_was_pipelined_while_it_worked) {
    wait_at_gate();
    run([](http_session_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(get);
        co_await test.until_asked(1);
        std::string many;
        constexpr int count = 3000;  // more than are received ahead
        for (int i = 0; i < count; ++i)
            many += fmt::format("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", i);
        auto sent = peer.send(many + get_last);
        test.open_gate();
        co_await std::move(sent);
        EXPECT_EQ((co_await peer.answer()).body, "/v");
        for (int i = 0; i < count; ++i)
            EXPECT_EQ((co_await peer.answer()).body, fmt::format("/{}", i));
        EXPECT_EQ((co_await peer.answer()).body, "/last");
        EXPECT_EQ(co_await peer.rest(), "");
    }(*this));
}

TEST_F(http_session_test, a_drain_lets_a_request_be_answered_and_then_ends) {
    wait_at_gate();
    run([](http_session_test& test) -> task<> {
        auto peer = test.connect();
        auto idle = test.connect();
        co_await peer.send(get + get);
        co_await test.until_asked(1);
        test.here.children.drain();
        EXPECT_EQ(co_await idle.rest(), "");
        EXPECT_FALSE(idle.was_reset);
        EXPECT_EQ(test.here.children.size(), 1u);
        test.open_gate();
        const auto got = co_await peer.answer();
        EXPECT_EQ(got.body, "/v");
        EXPECT_TRUE(got.says("\r\nConnection: close\r\n"));
        EXPECT_EQ(co_await peer.rest(), "");
        EXPECT_FALSE(peer.was_reset);
        EXPECT_EQ(test.app.asked, 1u);
    }(*this));
}

TEST_F(http_session_test, an_abort_cuts_a_request) {
    wait_at_gate();
    run([](http_session_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(get);
        co_await test.until_asked(1);
        test.here.children.abort();
        EXPECT_EQ(co_await peer.rest(), "");
        EXPECT_EQ(test.app.cut, 1u);
        EXPECT_EQ(test.here.counters.clients_gone.value(), 0u);
    }(*this));
}

// The responder promises not to; if it happens all the same, one connection pays for it.
TEST_F(http_session_test, a_foreign_exception_costs_its_connection_alone) {
    app.script = [](request& from) -> task<response> {
        if (from.head.path == "/bad") throw std::runtime_error("nobody expects this");
        co_return text_answer("good");
    };
    errors_expected = 1;
    run([](http_session_test& test) -> task<> {
        auto other = test.connect();
        auto peer = test.connect();
        co_await peer.send("GET /bad HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_EQ(co_await peer.rest(), "");
        co_await other.send(get);
        EXPECT_EQ((co_await other.answer()).body, "good");
    }(*this));
}

struct refused_case {
    const char* what;
    std::string bytes;
    unsigned status;
};

TEST_F(http_session_test, refuses_calmly_and_closes) {
    options.head_bytes_max = 2000;
    options.header_count_max = 10;
    std::string many;
    for (int i = 0; i < 20; ++i) many += fmt::format("a{}: b\r\n", i);
    const refused_case cases[] = {
        {"no HTTP", "GET /v\r\n\r\n", 400},
        {"no host", "GET /v HTTP/1.1\r\n\r\n", 400},
        {"two lengths",
         "PUT /v HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        {"a line too long", "GET /" + std::string(3000, 'a'), 414},
        {"a head too large", "GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(3000, 'a'), 431},
        {"too many headers", "GET / HTTP/1.1\r\nHost: h\r\n" + many + "\r\n", 431},
        {"a version to come", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},
        {"a tunnel", "CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n", 501},
    };
    run([](http_session_test& test, std::span<const refused_case> all) -> task<> {
        std::uint64_t count = 0;
        for (const auto& c : all) {
            SCOPED_TRACE(c.what);
            auto peer = test.connect();
            co_await peer.send(c.bytes + get + std::string(100'000, 'x'));
            const auto got = co_await peer.answer();
            EXPECT_EQ(got.status, c.status);
            EXPECT_TRUE(got.says("\r\nConnection: close\r\n"));
            EXPECT_EQ(co_await peer.rest(), "");
            EXPECT_FALSE(peer.was_reset);
            EXPECT_EQ(test.here.counters.requests_malformed.value(), ++count);
        }
        EXPECT_EQ(test.app.asked, 0u);
    }(*this, cases));
}

TEST_F(http_session_test, keeps_its_time_limits) {
    options.header_timeout = 1ms;
    options.client_socket_timeout = 1ms;
    run([](http_session_test& test) -> task<> {
        auto idle = test.connect();
        EXPECT_EQ(co_await idle.rest(), "");
        EXPECT_EQ(test.here.counters.timeouts_idle.value(), 1u);
        auto slow = test.connect();
        co_await slow.send("GET /v HT");
        EXPECT_EQ((co_await slow.answer()).status, 408u);
        EXPECT_EQ(co_await slow.rest(), "");
        EXPECT_EQ(test.here.counters.timeouts_header.value(), 1u);
        auto blank = test.connect(over::tcp, wire_protocol::http);
        co_await blank.send("\r\n");
        EXPECT_EQ(co_await blank.rest(), "");
        EXPECT_EQ(test.here.counters.timeouts_header.value(), 2u);
    }(*this));
}

// What a slow handler's head was limited by does not end the handler.
TEST_F(http_session_test, a_handler_may_take_longer_than_a_head) {
    options.header_timeout = 1ms;
    options.client_socket_timeout = 60s;
    app.script = [this](request& from) -> task<response> {
        co_await pause(600ms);
        co_return co_await scripted_responder::echo(from);
    };
    run([](http_session_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(get + "PUT /v HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
        EXPECT_EQ((co_await peer.answer()).body, "GET /v: ");
        EXPECT_EQ((co_await peer.answer()).body, "PUT /v: abc");
        EXPECT_EQ(test.here.counters.timeouts_header.value(), 0u);
    }(*this));
}

TEST_F(http_session_test, honours_the_pinned_protocol) {
    run([](http_session_test& test) -> task<> {
        auto unknown = test.connect();
        co_await unknown.send("\x16\x03\x01");
        EXPECT_EQ(co_await unknown.rest(), "");
        auto pinned = test.connect(over::tcp, wire_protocol::http);
        co_await pinned.send("\x16\x03\x01\r\n\r\n");
        EXPECT_EQ((co_await pinned.answer()).status, 400u);
        auto other = test.connect(over::tcp, wire_protocol::uwsgi);
        co_await other.send(get);
        EXPECT_EQ(co_await other.rest(), "");
        EXPECT_EQ(test.app.asked, 0u);
    }(*this));
}

TEST_F(http_session_test, knows_who_asks) {
    app.script = [](request& from) -> task<response> {
        co_return text_answer(fmt::format("{} {}", from.head.scheme, from.head.remote_address));
    };
    run([](http_session_test& test) -> task<> {
        auto tcp = test.connect();
        co_await tcp.send(get);
        EXPECT_EQ((co_await tcp.answer()).body, "http 127.0.0.1");
        auto local = test.connect(over::unix_pair);
        co_await local.send(get);
        EXPECT_EQ((co_await local.answer()).body, "http unix:");
    }(*this));
}

TEST_F(http_session_test, keeps_no_connection_when_told_so) {
    options.http_keepalive = false;
    run([](http_session_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(get + get);
        EXPECT_TRUE((co_await peer.answer()).says("\r\nConnection: close\r\n"));
        EXPECT_EQ(co_await peer.rest(), "");
        EXPECT_EQ(test.app.asked, 1u);
    }(*this));
}

// --- the end, in bad moments ---------------------------------------------------------------------

TEST_F(http_session_test, a_request_that_comes_with_the_drain_is_answered) {
    run([](http_session_test& test) -> task<> {
        auto tcp = test.connect(over::tcp), local = test.connect(over::unix_pair);
        co_await test.pause(5ms);
        for (auto* each : {&tcp, &local}) co_await each->send(get);
        test.here.children.drain();  // which the sessions are told before they see a byte
        for (auto* each : {&tcp, &local}) {
            const auto got = co_await each->answer();
            EXPECT_EQ(got.body, "GET /v: ");
            EXPECT_TRUE(got.says("\r\nConnection: close\r\n"));
            EXPECT_EQ(co_await each->rest(), "");
            EXPECT_FALSE(each->was_reset);
        }
    }(*this));
}

// Bytes that come while the receive of an idle session is being cancelled.
TEST_F(http_session_test, a_request_that_comes_a_little_after_the_drain_is_answered_or_unread) {
    run([](http_session_test& test) -> task<> {
        std::vector<client> peers;
        for (int i = 0; i < 60; ++i) peers.push_back(test.connect());
        co_await test.pause(5ms);
        test.here.children.drain();
        std::size_t answered = 0;
        for (std::size_t i = 0; i < peers.size(); ++i) {
            if (i % 20 == 0) co_await asio::post(test.here.loop.get_executor(), or_throw);
            co_await peers[i].send(get);
        }
        for (auto& each : peers) {
            const auto got = co_await each.answer();
            answered += got.whole;
            if (got.whole) EXPECT_EQ(got.body, "GET /v: ");
        }
        EXPECT_GE(answered, 20u);  // those before the first turn
        EXPECT_EQ(test.app.asked, answered);
    }(*this));
}

TEST_F(http_session_test, a_head_that_has_begun_is_waited_for_while_draining) {
    run([](http_session_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(get.substr(0, 9));
        co_await test.pause(5ms);
        test.here.children.drain();
        co_await test.pause(5ms);
        co_await peer.send(get.substr(9));
        EXPECT_EQ((co_await peer.answer()).body, "GET /v: ");
        EXPECT_EQ(co_await peer.rest(), "");
    }(*this));
}

TEST_F(http_session_test, an_abort_between_requests_ends_it) {
    run([](http_session_test& test) -> task<> {
        for (const bool fresh : {true, false}) {
            auto peer = test.connect();
            if (!fresh) {
                co_await peer.send(get);
                co_await peer.answer();
            }
            co_await test.pause(5ms);
            test.session->abort();
            EXPECT_EQ(co_await peer.rest(), "");
        }
        auto peer = test.connect();
        co_await test.pause(5ms);
        test.here.children.abort();
        EXPECT_EQ(co_await peer.rest(), "");
    }(*this));
}

// An abort is told while a session waits, in a turn, for its receive to end.
TEST_F(http_session_test, an_abort_during_the_pause_of_a_drain_ends_it) {
    run([](http_session_test& test) -> task<> {
        auto idle = test.connect();
        auto asking = test.connect();
        co_await test.pause(5ms);
        co_await asking.send(get);
        test.here.children.drain();
        co_await asio::post(test.here.loop.get_executor(), or_throw);
        test.here.children.abort();
        EXPECT_EQ(co_await idle.rest(), "");
        co_await asking.rest();
        EXPECT_EQ(test.app.asked, test.app.cut);
    }(*this));
}

TEST_F(http_session_test, an_abort_during_the_pause_before_a_body_ends_it) {
    run([](http_session_test& test) -> task<> {
        auto peer = test.connect();
        const auto before = test.app.asked;
        test.app.script = [&](request& from) -> task<response> {
            // The read begins by pausing; the abort comes with the next turn.
            asio::post(test.here.loop.get_executor(), [&] { test.session->abort(); });
            co_return co_await scripted_responder::echo(from);
        };
        co_await peer.send("PUT /v HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n");
        EXPECT_EQ(co_await peer.rest(), "");
        EXPECT_EQ(test.app.asked, before + 1);
        EXPECT_EQ(test.app.cut, 1u);
    }(*this));
}

// A client that neither closes nor sends shall not hold an ended session for long.
TEST_F(http_session_test, does_not_wait_forever_for_the_clients_end) {
    run([](http_session_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(get_last);
        EXPECT_TRUE((co_await peer.answer()).whole);
        EXPECT_EQ(co_await peer.rest(), "");
        const auto began = std::chrono::steady_clock::now();
        co_await test.until_ended();
        EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
    }(*this));
}

}  // namespace
