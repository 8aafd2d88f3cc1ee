// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 as clients speak it: one connection carries many requests, and none behind one that is
// not understood.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>

#include <random>

namespace glimt::testing {

namespace {

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t times = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + what.size()))
        ++times;
    return times;
}

}  // namespace

TEST(http_scenario, a_connection_carries_many_requests) {
    const glimt_process server;
    auto visitor = server.connect();
    for (int i = 0; i < 3; ++i) {
        visitor.send(healthcheck);
        const auto answer = visitor.read_reply();
        EXPECT_EQ(answer.status, 200u);
        EXPECT_EQ(answer.body, "OK");
        EXPECT_EQ(answer.header("Connection"), "");
        EXPECT_NE(answer.header("Date"), "");
    }
    visitor.send(get("/healthcheck", "Connection: close\r\n"));
    EXPECT_EQ(visitor.read_reply().header("Connection"), "close");
    EXPECT_EQ(visitor.end_within(1s), ending::orderly);
}

TEST(http_scenario, pipelined_requests_are_answered_in_order_however_they_are_cut) {
    const glimt_process server;
    std::mt19937 random(2);
    std::string all;
    std::vector<unsigned> statuses;
    for (int i = 0; i < 10'000; ++i) {
        statuses.push_back(random() % 2 ? 200 : 404);
        all += statuses.back() == 200 ? healthcheck : get("/v2/nowhere");
    }
    auto visitor = server.connect();
    std::size_t answered = 0;
    const auto expect_next = [&] {
        ASSERT_EQ(visitor.read_reply().status, statuses[answered]) << answered;
        ++answered;
    };
    for (std::size_t from = 0; from < all.size();) {
        const auto bytes = 1 + random() % 2000;
        visitor.send(std::string_view(all).substr(from, bytes));
        from += bytes;
        while (answered < statuses.size() && visitor.readable_within(0ms)) {
            expect_next();
            ASSERT_FALSE(HasFailure());
        }
    }
    while (answered < statuses.size() && !HasFailure()) expect_next();
    EXPECT_FALSE(visitor.readable_within(50ms));
}

TEST(http_scenario, one_byte_at_a_time_is_a_request_too) {
    const glimt_process server;
    auto visitor = server.connect();
    for (const char byte : healthcheck) visitor.send({&byte, 1});
    EXPECT_EQ(visitor.read_reply().status, 200u);
}

TEST(http_scenario, http_1_0_ends_with_its_answer_unless_asked_otherwise) {
    const glimt_process server;
    auto plain = server.connect();
    plain.send("GET /healthcheck HTTP/1.0\r\n\r\n" + healthcheck);
    const auto answer = plain.read_reply();
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.body, "OK");
    EXPECT_EQ(plain.read_until_end(), "");

    auto staying = server.connect();
    for (int i = 0; i < 2; ++i) {
        staying.send("GET /healthcheck HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_EQ(staying.read_reply().header("Connection"), "keep-alive");
    }
}

TEST(http_scenario, without_keepalive_every_answer_is_the_last) {
    const glimt_process server({.defaults = "http_keepalive = false"});
    auto visitor = server.connect();
    visitor.send(healthcheck + healthcheck);
    EXPECT_EQ(visitor.read_reply().header("Connection"), "close");
    EXPECT_EQ(visitor.read_until_end(), "");
}

TEST(http_scenario, the_answer_to_head_has_no_body) {
    const glimt_process server;
    for (const std::string target : {"/", "/versions", "/healthcheck", "/v2/nowhere"}) {
        SCOPED_TRACE(target);
        auto visitor = server.connect();
        visitor.send(request("HEAD " + target) + healthcheck);
        EXPECT_GE(visitor.read_reply(true).status, 200u);
        EXPECT_EQ(visitor.read_reply().body, "OK");
    }
}

TEST(http_scenario, heads_have_limits) {
    const glimt_process server;
    const struct {
        const char* what;
        std::string head;
        unsigned status;
    } cases[] = {
        {"a long target", get("/" + std::string(70'000, 'x')), 414},
        {"a long target without an end", "GET /" + std::string(70'000, 'x'), 414},
        {"a long field", get("/", "X-Long: " + std::string(70'000, 'x') + "\r\n"), 431},
        {"many fields", get("/", repeated("X-Field: 1\r\n", 200)), 431},
        {"as many fields as may be", get("/healthcheck", repeated("X-Field: 1\r\n", 127)), 200},
        {"a target as long as may be", get("/healthcheck?" + std::string(65'000, 'x')), 200},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.what);
        auto visitor = server.connect();
        visitor.send(each.head);
        EXPECT_EQ(visitor.read_reply().status, each.status);
        if (each.status != 200) EXPECT_EQ(visitor.end_within(1s), ending::orderly);
    }
}

// Where the next request begins is anybody's guess then, and front ends guess differently.
TEST(http_scenario, behind_a_refused_head_nothing_is_answered) {
    const glimt_process server;
    const struct {
        const char* what;
        std::string head;
        unsigned status;
    } cases[] = {
        {"bare LF", "GET / HTTP/1.1\nHost: test\n\n", 400},
        {"bare LF ends a field", get("/", "X-A: b\nX-C: d\r\n"), 400},
        {"folded field", get("/", "X-A: b\r\n c\r\n"), 400},
        {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"two Hosts", get("/", "Host: other\r\n"), 400},
        {"length and coding",
         unwanted_upload("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400},
        {"differing lengths", unwanted_upload("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
        {"length with plus", unwanted_upload("Content-Length: +5\r\n"), 400},
        {"blank before the colon", unwanted_upload("Content-Length : 5\r\n"), 400},
        {"gzip", unwanted_upload("Transfer-Encoding: gzip, chunked\r\n"), 501},
        {"coding in HTTP/1.0", "PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"NUL in a value", get("/", {"X-A: b\0c\r\n", 10}), 400},
        {"fragment", get("/a#b"), 400},
        {"CONNECT", "CONNECT test:80 HTTP/1.1\r\nHost: test\r\n\r\n", 501},
        {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"unknown expectation", get("/", "Expect: x\r\n"), 417},
        {"no HTTP at all", "HELLO\r\n\r\n", 400},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.what);
        auto visitor = server.connect();
        visitor.send(each.head + healthcheck + healthcheck);
        const auto all = visitor.read_until_end();
        EXPECT_EQ(all.substr(0, 12), "HTTP/1.1 " + std::to_string(each.status));
        EXPECT_EQ(count(all, "\r\nContent-Length: "), 1u) << all;
        EXPECT_NE(all.find("\r\nConnection: close\r\n"), all.npos);
    }
}

TEST(http_scenario, what_is_neither_http_nor_uwsgi_is_closed_without_a_word) {
    const glimt_process server;
    const std::string_view openings[] = {{"\x16\x03\x01\0\xc8\x01\0\0\xc4", 9},  // TLS
                                         {"\xff\xfe\xfd", 3},
                                         {"\r\n\r\n", 4},
                                         {"SSH", 0}};
    for (const auto opening : openings) {
        SCOPED_TRACE(opening.size());
        auto stranger = server.connect();
        stranger.send(opening);
        if (opening.empty()) stranger.finish_sending();
        EXPECT_EQ(stranger.read_until_end(2s), "");
    }
}

}  // namespace glimt::testing
