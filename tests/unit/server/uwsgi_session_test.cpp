// SPDX-License-Identifier: Apache-2.0
#include "session_fixture.hpp"

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

using variables = std::vector<std::pair<std::string, std::string>>;

std::string packet(const variables& more, std::string method = "PUT") {
    variables all{{"REQUEST_METHOD", std::move(method)}, {"PATH_INFO", "/v"}};
    all.insert(all.end(), more.begin(), more.end());
    std::string block;
    const auto append = [&block](const std::string& text) {
        block += static_cast<char>(text.size() & 0xff);
        block += static_cast<char>(text.size() >> 8);
        block += text;
    };
    for (const auto& [name, value] : all) append(name), append(value);
    std::string bytes(1, '\0');
    bytes += static_cast<char>(block.size() & 0xff);
    bytes += static_cast<char>(block.size() >> 8);
    bytes += '\0';
    return bytes + block;
}

struct uwsgi_session_test : session_fixture {
    event gate{here.loop};

    task<> until_asked(std::size_t times) {
        co_await until([&] { return app.asked == times; });
        co_await pause(5ms);
    }
    task<> until_ended() {
        co_await until([&] { return here.children.size() == 0; });
    }
};

TEST_F(uwsgi_session_test, answers_one_request_and_closes_however_it_is_cut) {
    run([](uwsgi_session_test& test) -> task<> {
        const std::string all = packet({{"CONTENT_LENGTH", "5"}}) + "abcde" + packet({});
        for (std::size_t cut = 0; cut < all.size(); ++cut) {
            SCOPED_TRACE(cut);
            auto peer = test.connect(over::unix_pair);
            co_await peer.send(all.substr(0, cut));
            co_await test.pause(0ms);
            co_await peer.send(all.substr(cut));
            const auto got = co_await peer.answer();
            EXPECT_EQ(got.body, "PUT /v: abcde");
            for (const auto* line : {"Connection", "Transfer-Encoding", "Date"})
                EXPECT_FALSE(got.says(line));
            EXPECT_EQ(co_await peer.rest(), "");
            EXPECT_FALSE(peer.was_reset);
        }
    }(*this));
}

TEST_F(uwsgi_session_test, takes_a_body_in_chunks_from_a_router) {
    run([](uwsgi_session_test& test) -> task<> {
        auto peer = test.connect();
        const auto head = packet({{"HTTP_TRANSFER_ENCODING", "chunked"}, {"UWSGI_ROUTER", "http"}});
        co_await peer.send(
            head + "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\nGET /stray HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_EQ((co_await peer.answer()).body, "PUT /v: abcdefg");
        EXPECT_EQ(co_await peer.rest(), "");
        EXPECT_EQ(test.app.asked, 1u);
    }(*this));
}

TEST_F(uwsgi_session_test, answers_a_ping) {
    run([](uwsgi_session_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(std::string("\x64\0\0\0", 4));
        EXPECT_EQ(co_await peer.rest(), std::string("\x64\0\0\1", 4));
    }(*this));
}

// U4: a clean end short of the length is an aborted upload, and nobody waits for an answer.
TEST_F(uwsgi_session_test, does_not_answer_an_upload_that_ends_early) {
    run([](uwsgi_session_test& test) -> task<> {
        const std::string uploads[] = {
            packet({{"CONTENT_LENGTH", "10"}}) + "abcde",
            packet({{"CONTENT_LENGTH", "10"}}),
            packet({{"HTTP_TRANSFER_ENCODING", "chunked"}}) + "5\r\nabcde\r\n",
            packet({{"CONTENT_LENGTH", "10"}}).substr(0, 20),
        };
        for (const auto& each : uploads) {
            auto peer = test.connect();
            co_await peer.send(each);
            peer.finish();
            EXPECT_EQ(co_await peer.rest(), "");
        }
        EXPECT_EQ(test.here.counters.responses_4xx.value(), 0u);
    }(*this));
}

// U6: how nginx and the routers report a client that has gone.
TEST_F(uwsgi_session_test, an_end_while_it_works_cancels_the_request) {
    options.client_gone_grace = 1ms;
    app.script = [this](request& from) -> task<response> {
        co_await read_all(from.body);
        co_await gate.async_wait(or_throw);
        co_return text_answer("");
    };
    run([](uwsgi_session_test& test) -> task<> {
        std::size_t gone = 0;
        for (const auto& bytes : {packet({}, "GET"), packet({{"CONTENT_LENGTH", "3"}}) + "abc"}) {
            auto peer = test.connect(over::unix_pair);
            co_await peer.send(bytes);
            co_await test.until_asked(gone + 1);
            peer.finish();
            EXPECT_EQ(co_await peer.rest(), "");
            EXPECT_EQ(test.app.cut, ++gone);
            EXPECT_EQ(test.here.counters.clients_gone.value(), gone);
        }
    }(*this));
}

TEST_F(uwsgi_session_test, an_early_answer_reaches_a_front_end_that_is_still_sending) {
    app.script = [](request&) -> task<response> { co_return text_answer("too large", 413); };
    run([](uwsgi_session_test& test) -> task<> {
        constexpr std::size_t bytes = 16 << 20;
        for (const auto way : {over::tcp, over::unix_pair}) {
            auto peer = test.connect(way);
            const auto head = packet({{"CONTENT_LENGTH", std::to_string(bytes)}});
            co_await peer.send(head);
            EXPECT_TRUE(co_await peer.send(std::string(bytes, 'x')));
            EXPECT_EQ((co_await peer.answer()).status, 413u);
            EXPECT_EQ(co_await peer.rest(), "");
            EXPECT_FALSE(peer.was_reset);
        }
    }(*this));
}

// front-ends.md 1.3: uWSGI's router gives up when our end comes before it has sent its body.
TEST_F(uwsgi_session_test, its_end_waits_for_the_body_behind_a_router) {
    app.script = [](request&) -> task<response> { co_return text_answer("too large", 413); };
    run([](uwsgi_session_test& test) -> task<> {
        for (const std::string framing : {"CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"}) {
            const bool length = framing == "CONTENT_LENGTH";
            auto peer = test.connect();
            const auto head =
                packet({{framing, length ? "100000" : "chunked"}, {"UWSGI_ROUTER", "http"}});
            co_await peer.send(head);
            EXPECT_EQ((co_await peer.answer()).body, "too large");
            if (!length) co_await peer.send("186a0\r\n");
            EXPECT_TRUE(co_await peer.send(std::string(99'999, 'x')));
            co_await test.pause(20ms);
            char byte;
            EXPECT_EQ(::recv(peer.socket(), &byte, 1, MSG_DONTWAIT), -1);  // no end yet
            EXPECT_TRUE(co_await peer.send(length ? "x" : "x\r\n0\r\n\r\n"));
            EXPECT_EQ(co_await peer.rest(), "");
            EXPECT_FALSE(peer.was_reset);
            peer.close();
            co_await test.until_ended();
            EXPECT_EQ(test.here.counters.clients_gone.value(), 0u);
        }
    }(*this));
}

struct refused_case {
    const char* what;
    std::string bytes;
    unsigned status;  // 0: closed without an answer
};

TEST_F(uwsgi_session_test, refuses_what_is_no_request) {
    const refused_case cases[] = {
        {"a foreign modifier", std::string("\x00\x04\x00\x09", 4) + "xxxx", 0},
        {"no method", packet({}, ""), 400},
        {"a bad length", packet({{"CONTENT_LENGTH", "1x"}}), 400},
        {"another coding", packet({{"HTTP_TRANSFER_ENCODING", "gzip"}}), 501},
        {"a torn variable", std::string("\x00\x04\x00\x00\xff\xff\x61\x61", 8), 400},
    };
    run([](uwsgi_session_test& test, std::span<const refused_case> all) -> task<> {
        for (const auto& c : all) {
            SCOPED_TRACE(c.what);
            auto peer = test.connect();
            co_await peer.send(c.bytes);
            EXPECT_EQ((co_await peer.answer()).status, c.status);
            EXPECT_EQ(co_await peer.rest(), "");
        }
        EXPECT_EQ(test.app.asked, 0u);
    }(*this, cases));
}

TEST_F(uwsgi_session_test, gives_up_on_a_head_that_does_not_come) {
    options.header_timeout = 1ms;
    run([](uwsgi_session_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(packet({}).substr(0, 3));
        EXPECT_EQ(co_await peer.rest(), "");
        EXPECT_EQ(test.here.counters.timeouts_header.value(), 1u);
    }(*this));
}

TEST_F(uwsgi_session_test, a_drain_lets_it_answer_and_an_abort_cuts_it) {
    app.script = [this](request& from) -> task<response> {
        co_await gate.async_wait(or_throw);
        co_return text_answer(from.head.path);
    };
    run([](uwsgi_session_test& test) -> task<> {
        auto one = test.connect();
        auto other = test.connect();
        co_await one.send(packet({}));
        co_await test.until_asked(1);
        co_await other.send(packet({}));
        co_await test.until_asked(2);
        test.here.children.drain();
        test.gate.notify_one();
        EXPECT_EQ((co_await one.answer()).body, "/v");
        one.close();
        test.here.children.abort();
        EXPECT_EQ(co_await other.rest(), "");
        EXPECT_EQ(test.app.cut, 1u);
    }(*this));
}

}  // namespace
