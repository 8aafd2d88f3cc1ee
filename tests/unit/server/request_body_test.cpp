// SPDX-License-Identifier: Apache-2.0
#include "server/request_body.hpp"

#include "session_fixture.hpp"

#include <random>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view chunked_head =
    "PUT /v HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string length_head(std::size_t bytes, std::string_view more = "") {
    return fmt::format("PUT /v HTTP/1.1\r\nHost: h\r\n{}Content-Length: {}\r\n\r\n", more, bytes);
}

std::string chunk(std::string_view data, std::string_view extension = "") {
    return fmt::format("{:x}{}\r\n{}\r\n", data.size(), extension, data);
}

struct request_body_test : session_fixture {
    std::vector<std::string> bodies;
    body_error last_error = body_error::none;

    // Takes the whole body by reads of `room` bytes; one that is patient waits before each.
    void take_bodies(std::size_t room, bool patient = false) {
        app.script = [this, room, patient](request& from) -> task<response> {
            auto whole = patient ? read_all_patiently(from.body, room) : read_all(from.body, room);
            bodies.push_back(co_await std::move(whole));
            co_return text_answer(from.head.path);
        };
    }

    static task<std::string> read_all_patiently(source& body, std::size_t room) {
        std::string all, some(room, '\0');
        for (;;) {
            co_await body.wait();
            const auto n = co_await body.read_some(asio::buffer(some));
            if (n == 0) break;
            all.append(some, 0, n);
        }
        EXPECT_TRUE(body.has_more_now());
        co_return all;
    }

    // Sends `bytes` in pieces of up to `most` bytes, sometimes with a pause in between.
    task<> send_cut(client& peer, std::string bytes, std::size_t most, std::mt19937& random) {
        for (std::size_t at = 0; at < bytes.size();) {
            const auto n = std::min(bytes.size() - at, 1 + random() % most);
            EXPECT_TRUE(co_await peer.send(bytes.substr(at, n)));
            at += n;
            if (random() % 4 == 0) co_await pause(std::chrono::milliseconds(random() % 2));
        }
    }
};

struct body_case {
    const char* what;
    std::size_t bytes;
    std::size_t chunk_max;  // 0: by length
    std::size_t cut_max;
    std::size_t room;
    bool extensions;
};

constexpr body_case body_cases[] = {
    {"empty by length", 0, 0, 100, 4096, false},
    {"one byte by length", 1, 0, 100, 1, false},
    {"small reads by length", 3000, 0, 700, 1, false},
    {"by length", 3 << 20, 0, 200'000, 65536, false},
    {"by length into a large buffer", 3 << 20, 0, 200'000, 1 << 20, false},
    {"empty chunked", 0, 100, 3, 4096, false},
    {"tiny chunks", 6000, 3, 5000, 4096, false},
    {"tiny chunks in tiny pieces", 400, 3, 2, 7, true},
    {"small reads of chunks", 3000, 50, 700, 1, true},
    {"chunks as large as the framing's room", 300'000, 4097, 5000, 4096, false},
    {"chunks with extensions", 300'000, 9000, 20'000, 3000, true},
    {"large chunks", 3 << 20, 200'000, 100'000, 65536, false},
    {"large chunks into a large buffer", 3 << 20, 70'000, 300'000, 1 << 20, true},
    {"one chunk", 3 << 20, 4 << 20, 300'000, 1 << 20, false},
};

// The request's bytes; chunks of random sizes, sometimes with an extension, trailers at the end.
std::string encode(const body_case& c, const std::string& body, std::mt19937& random) {
    if (!c.chunk_max) return length_head(body.size()) + body;
    std::string out(chunked_head);
    for (std::size_t at = 0; at < body.size();) {
        const auto n =
            std::min(body.size() - at, c.chunk_max / 2 + 1 + random() % (c.chunk_max / 2 + 1));
        out += chunk(std::string_view(body).substr(at, n),
                     c.extensions && random() % 3 == 0 ? ";a=b;c=\"d e\"" : "");
        at += n;
    }
    return out + (c.extensions ? "0\r\nX-Trailer: 1\r\n\r\n" : "0\r\n\r\n");
}

struct both_readers : request_body_test, ::testing::WithParamInterface<bool> {
    bool patient() const { return GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(request_body, both_readers, ::testing::Bool(), [](const auto& each) {
    return std::string(each.param ? "patient" : "eager");
});

TEST_P(both_readers, arrives_byte_by_byte_however_it_is_cut) {
    run([](both_readers& test) -> task<> {
        for (const auto way : {over::tcp, over::unix_pair}) {
            std::mt19937 random(11);
            for (const auto& c : body_cases) {
                SCOPED_TRACE(c.what);
                test.take_bodies(c.room, test.patient());
                auto peer = test.connect(way);
                const auto body = stream_bytes(random() % 1000, c.bytes);
                for (int round = 0; round < 2; ++round) {
                    co_await test.send_cut(peer, encode(c, body, random), c.cut_max, random);
                    const auto got = co_await peer.answer();
                    EXPECT_EQ(got.status, 200u);
                    EXPECT_EQ(got.body, "/v");
                }
                EXPECT_EQ(test.bodies.size(), 2u);
                for (const auto& each : test.bodies) EXPECT_TRUE(each == body);
                test.bodies.clear();
            }
        }
    }(*this));
}

// Every byte of head, body and the next head is received once, and counted once.
TEST_F(request_body_test, counts_every_byte) {
    take_bodies(4096);
    run([](request_body_test& test) -> task<> {
        std::mt19937 random(5);
        std::size_t all = 0;
        for (const auto& c : body_cases) {
            auto peer = test.connect();
            const auto bytes = encode(c, stream_bytes(0, c.bytes), random);
            all += bytes.size();
            co_await test.send_cut(peer, bytes, c.cut_max, random);
            co_await peer.answer();
        }
        EXPECT_EQ(test.here.counters.bytes_received.value(), all);
    }(*this));
}

TEST_F(request_body_test, leaves_the_next_request_alone) {
    take_bodies(100);
    run([](request_body_test& test) -> task<> {
        const std::string last = "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        const auto large = stream_bytes(0, 20'000);
        const std::string bodies[] = {
            length_head(5) + "12345",
            length_head(0),
            std::string(chunked_head) + chunk("12345") + "0\r\n\r\n",
            std::string(chunked_head) + chunk(large) + "0\r\n\r\n",
            std::string(chunked_head) + chunk(large) + chunk("x") + "0\r\nA: b\r\n\r\n",
        };
        for (const auto& each : bodies) {
            SCOPED_TRACE(each.substr(0, 90));
            auto peer = test.connect();
            co_await peer.send(each + each + last);
            for (const auto* path : {"/v", "/v", "/last"}) {
                const auto got = co_await peer.answer();
                EXPECT_EQ(got.body, path);
                if (!got.whole) break;
            }
            EXPECT_EQ(co_await peer.rest(), "");
        }
    }(*this));
}

// What comes with the last bytes of a large chunk is received directly, not through the head's
// buffers.
TEST_F(request_body_test, leaves_what_comes_late_to_the_next_request) {
    take_bodies(65536);
    run([](request_body_test& test) -> task<> {
        auto peer = test.connect();
        const auto large = stream_bytes(0, 100'000);
        const auto all = std::string(chunked_head) + chunk(large);
        co_await peer.send(all);
        co_await test.until([&] { return test.here.counters.bytes_received.value() >= 100'000; });
        co_await peer.send("0\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        EXPECT_EQ((co_await peer.answer()).body, "/v");
        EXPECT_EQ((co_await peer.answer()).body, "/next");
    }(*this));
}

TEST_F(request_body_test, asks_for_the_body_once_and_only_when_it_is_read) {
    run([](request_body_test& test) -> task<> {
        test.take_bodies(2);
        auto peer = test.connect();
        const auto head = length_head(10, "Expect: 100-continue\r\n");
        co_await peer.send(head);
        EXPECT_EQ((co_await peer.answer()).status, 100u);
        co_await peer.send("1234567890");
        EXPECT_EQ((co_await peer.answer()).status, 200u);
        EXPECT_EQ(test.here.counters.responses_1xx.value(), 1u);
        EXPECT_EQ(test.bodies.back(), "1234567890");

        test.app.script = [](request&) -> task<response> { co_return text_answer("no", 403); };
        co_await peer.send(head);
        const auto refused = co_await peer.answer();
        EXPECT_EQ(refused.status, 403u);
        EXPECT_TRUE(refused.says("\r\nConnection: close\r\n"));
        EXPECT_EQ(co_await peer.rest(), "");
        EXPECT_EQ(test.here.counters.responses_1xx.value(), 1u);
    }(*this));
}

struct broken_case {
    const char* what;
    std::string bytes;
    bool ends;  // the client finishes after them
    unsigned status;
};

TEST_P(both_readers, answers_what_goes_wrong_with_its_bytes) {
    options.body_idle_timeout = 1ms;
    take_bodies(64, patient());
    const broken_case cases[] = {
        {"an end before the length", length_head(10) + "12345", true, 400},
        {"an end before any byte", length_head(10), true, 400},
        {"an end within a chunk", std::string(chunked_head) + "a\r\n12", true, 400},
        {"an end within a large chunk", std::string(chunked_head) + "ffff\r\n12", true, 400},
        {"an end before the last chunk", std::string(chunked_head) + chunk("12"), true, 400},
        {"no chunk", std::string(chunked_head) + "zz\r\n", false, 400},
        {"no end of a chunk", std::string(chunked_head) + "2\r\n12zz", false, 400},
        {"framing trailers", std::string(chunked_head) + "0\r\nHost: x\r\n\r\n", false, 400},
        {"too slow", length_head(10) + "12345", false, 408},
        {"too slow in a chunk's head", std::string(chunked_head) + "1", false, 408},
        {"too slow in a large chunk", std::string(chunked_head) + "ffff\r\n12", false, 408},
    };
    run([](request_body_test& test, std::span<const broken_case> all) -> task<> {
        for (const auto& c : all) {
            SCOPED_TRACE(c.what);
            auto peer = test.connect();
            co_await peer.send(c.bytes);
            if (c.ends) peer.finish();
            const auto got = co_await peer.answer();
            EXPECT_EQ(got.status, c.status);
            EXPECT_TRUE(got.says("\r\nConnection: close\r\n"));
            EXPECT_EQ(co_await peer.rest(), "");
            EXPECT_FALSE(peer.was_reset);
        }
        EXPECT_EQ(test.here.counters.timeouts_body.value(), 3u);
        EXPECT_TRUE(test.bodies.empty());
    }(*this, cases));
}

TEST_F(request_body_test, is_too_slow_below_the_least_rate) {
    options.body_rate_grace = 100ms;
    options.body_bytes_per_second_min = 1000;
    take_bodies(64);
    run([](request_body_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(length_head(1'000'000));
        while (peer.received.empty() && co_await peer.send("x")) {
            co_await test.pause(20ms);
            char byte;
            if (::recv(peer.socket(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0) break;
        }
        EXPECT_EQ((co_await peer.answer()).status, 408u);
        EXPECT_EQ(test.here.counters.timeouts_body.value(), 1u);
    }(*this));
}

// The second part of a request comes when the first has been taken: at every place of its body.
TEST_P(both_readers, may_pause_anywhere) {
    take_bodies(5, patient());
    const std::pair<std::string, std::string> requests[] = {
        {length_head(7), "0123456"},
        {std::string(chunked_head), chunk("012345", ";a=b") + chunk("6") + "0\r\nA: b\r\n\r\n"},
    };
    run([](both_readers& test, std::span<const std::pair<std::string, std::string>> all) -> task<> {
        for (const auto& [head, body] : all) {
            for (std::size_t cut = 0; cut <= body.size(); ++cut) {
                SCOPED_TRACE(cut);
                auto peer = test.connect();
                const auto asked = test.app.asked;
                co_await peer.send(head + body.substr(0, cut));
                co_await test.until([&] { return test.app.asked > asked; });
                co_await test.pause(1ms);
                co_await peer.send(body.substr(cut));
                EXPECT_EQ((co_await peer.answer()).status, 200u);
                EXPECT_EQ(test.bodies.back(), "0123456");
            }
        }
    }(*this, requests));
}

// What a reader is told while nothing, some, framing alone and everything has come. Each part is
// sent once the reader waits for the time it says.
TEST_F(request_body_test, knows_whether_there_is_more) {
    struct part {
        int waits;
        std::string bytes;
    };
    struct course {
        std::string head;
        std::vector<part> parts;
        const char* notes;
    };
    const course courses[] = {
        {length_head(3), {{1, "12"}, {2, "3"}}, "0101111"},
        {std::string(chunked_head),
         {{1, "2\r\n"}, {1, "12"}, {2, "\r\n1\r\n3"}, {3, "\r\n0\r\n\r\n"}},
         "0101011"},
    };
    int waits = 0;
    std::string notes;
    app.script = [&](request& from) -> task<response> {
        const auto note = [&] { notes += from.body.has_more_now() ? '1' : '0'; };
        char some[2];
        note();
        for (std::size_t n = 1; n > 0; note()) {
            ++waits;
            co_await from.body.wait();
            note();
            n = co_await from.body.read_some(asio::buffer(some));
        }
        co_return text_answer("");
    };
    run([](request_body_test& test, auto all, int& waited, std::string& noted) -> task<> {
        for (const course& c : all) {
            waited = 0;
            noted.clear();
            auto peer = test.connect();
            co_await peer.send(c.head);
            for (const auto& each : c.parts) {
                co_await test.until([&] { return waited == each.waits; });
                co_await test.pause(2ms);
                co_await peer.send(each.bytes);
            }
            EXPECT_EQ((co_await peer.answer()).status, 200u);
            EXPECT_EQ(noted, c.notes);
        }
    }(*this, std::span(courses), waits, notes));
}

TEST_F(request_body_test, a_wait_tells_the_client_to_continue) {
    take_bodies(64, true);
    run([](request_body_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(length_head(2, "Expect: 100-continue\r\n"));
        EXPECT_EQ((co_await peer.answer()).status, 100u);
        co_await peer.send("12");
        EXPECT_EQ((co_await peer.answer()).status, 200u);
        EXPECT_EQ(test.bodies.back(), "12");
    }(*this));
}

// A limit of the client's time does not run while the application takes its own.
TEST_F(request_body_test, is_not_too_slow_because_its_reader_is) {
    options.header_timeout = 300ms;
    options.body_idle_timeout = 300ms;
    options.body_rate_grace = 100ms;
    options.body_bytes_per_second_min = 1'000'000'000;
    app.script = [this](request& from) -> task<response> {
        char some[4];
        std::string body;
        for (int i = 0; i < 2; ++i) {
            co_await pause(1300ms);
            const auto n = co_await from.body.read_some(asio::buffer(some));
            body.append(some, n);
        }
        co_return text_answer(body);
    };
    run([](request_body_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(length_head(8) + "12345678");
        const auto got = co_await peer.answer();
        EXPECT_EQ(got.status, 200u);
        EXPECT_EQ(got.body, "12345678");
    }(*this));
}

// A hundred bytes that nobody reads do not cost the connection; more do.
TEST_F(request_body_test, a_small_rest_is_taken_and_a_large_one_ends_the_connection) {
    struct rest_case {
        const char* what;
        std::string bytes;
        bool kept;
    };
    const rest_case cases[] = {
        {"no body", "GET /v HTTP/1.1\r\nHost: h\r\n\r\n", true},
        {"a small one", length_head(100) + stream_bytes(0, 100), true},
        {"just small", length_head(65536) + stream_bytes(0, 65536), true},
        {"just too large", length_head(65537) + stream_bytes(0, 65537), false},
        {"a large one", length_head(2 << 20) + stream_bytes(0, 2 << 20), false},
        {"chunked", std::string(chunked_head) + chunk("1234") + "0\r\n\r\n", false},
        {"a 100 is owed", length_head(5, "Expect: 100-continue\r\n") + "12345", false},
    };
    app.script = [](request&) -> task<response> { co_return text_answer("early"); };
    run([](request_body_test& test, std::span<const rest_case> all) -> task<> {
        for (const auto& c : all) {
            SCOPED_TRACE(c.what);
            auto peer = test.connect();
            EXPECT_TRUE(co_await peer.send(c.bytes));
            auto got = co_await peer.answer();
            EXPECT_EQ(got.body, "early");
            EXPECT_EQ(!got.says("\r\nConnection: close\r\n"), c.kept);
            if (c.kept) {
                co_await peer.send("GET /v HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                EXPECT_EQ((co_await peer.answer()).body, "early");
            }
            EXPECT_EQ(co_await peer.rest(), "");
            EXPECT_FALSE(peer.was_reset);
        }
    }(*this, cases));
}

TEST_F(request_body_test, half_read_it_is_skipped_when_the_rest_is_small) {
    app.script = [](request& from) -> task<response> {
        char some[1000];
        co_await from.body.read_some(asio::buffer(some));
        co_return text_answer("half");
    };
    run([](request_body_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(length_head(50'000) + stream_bytes(0, 50'000) + length_head(1) + "x");
        EXPECT_EQ((co_await peer.answer()).body, "half");
        EXPECT_EQ((co_await peer.answer()).body, "half");
    }(*this));
}

// After a skipped rest nobody works on a request: a client that finishes behind its next one is
// answered, and one that just goes is not counted as gone.
TEST_F(request_body_test, a_skipped_rest_leaves_nobody_watched) {
    app.script = [](request&) -> task<response> { co_return text_answer("early"); };
    run([](request_body_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(length_head(5) + "12345");
        EXPECT_EQ((co_await peer.answer()).body, "early");
        co_await test.pause(20ms);
        co_await peer.send("GET /v HTTP/1.1\r\nHost: h\r\n\r\n");
        peer.finish();
        EXPECT_EQ((co_await peer.answer()).body, "early");
        EXPECT_EQ(co_await peer.rest(), "");

        auto other = test.connect();
        co_await other.send(length_head(5) + "12345");
        EXPECT_EQ((co_await other.answer()).body, "early");
        co_await test.pause(20ms);
        other.close();
        co_await test.until([&] { return test.here.children.size() == 0; });
        EXPECT_EQ(test.here.counters.clients_gone.value(), 0u);
    }(*this));
}

TEST_F(request_body_test, an_abort_ends_a_wait_for_its_bytes) {
    run([](request_body_test& test) -> task<> {
        for (const auto& bytes : {length_head(10) + "1", std::string(chunked_head) + "a\r\n1",
                                  std::string(chunked_head) + "ffff\r\n1"}) {
            auto peer = test.connect();
            const auto asked = test.app.asked;
            co_await peer.send(bytes);
            co_await test.until([&] { return test.app.asked > asked; });
            co_await test.pause(5ms);
            EXPECT_EQ(test.app.cut, asked);
            test.session->abort();
            EXPECT_EQ(co_await peer.rest(), "");
            EXPECT_EQ(test.app.cut, asked + 1);
        }
    }(*this));
}

}  // namespace
