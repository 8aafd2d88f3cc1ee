// SPDX-License-Identifier: Apache-2.0
// Small requests through every front end: what glimt says is what the client hears.
#include "frontends/support/front_end.hpp"

#include <gtest/gtest.h>

namespace glimt::testing {
namespace {

class requests : public behind {
protected:
    // The same request, to glimt itself.
    reply ask_directly(std::string_view method, std::string_view target) const {
        const auto host = GetParam().drops_port ? "127.0.0.1" : front_->address();
        auto visitor = glimt_->connect();
        visitor.send(std::string(method) + " " + std::string(target) +
                     " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        return visitor.read_reply(method == "HEAD");
    }
};

TEST_P(requests, are_answered_as_glimt_answers_them) {
    struct request_case {
        const char* what;
        const char* method;
        const char* target;
    };
    const request_case cases[] = {
        {"health", "GET", "/healthcheck"},
        {"versions, with links made of Host", "GET", "/versions"},
        {"root", "GET", "/"},
        {"a query", "GET", "/versions?a=%2Fb%20c&a=%C3%A9"},
        {"a path of escapes", "GET", "/%76ersions"},
        {"a path escaped twice", "GET", "/%2576ersions"},
        {"bytes beyond ASCII", "GET", "/v2/images/caf%C3%A9"},
        {"no route", "GET", "/v2/nowhere"},
        {"HEAD", "HEAD", "/versions"},
        {"HEAD without a route", "HEAD", "/v2/nowhere"},
        {"HEAD of a resource", "HEAD", "/v2/images"},
        {"OPTIONS", "OPTIONS", "/versions"},
        {"DELETE", "DELETE", "/versions"},
        {"PATCH", "PATCH", "/versions"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        const auto direct = ask_directly(c.method, c.target);
        const auto seen = ask(c.method, c.target);
        EXPECT_NE(seen.status, 0u);
        EXPECT_EQ(seen.status, direct.status);
        EXPECT_EQ(seen.body, direct.body);
        EXPECT_EQ(seen.header("Content-Type"), direct.header("Content-Type"));
        EXPECT_EQ(seen.header("Allow"), direct.header("Allow"));
    }
    EXPECT_EQ(ask("GET", "/healthcheck").status, 200u);
    EXPECT_EQ(ask("HEAD", "/v2/images").status, 405u);
}

TEST_P(requests, may_come_in_http_1_0) {
    auto visitor = front_->connect();
    visitor.send("GET /healthcheck HTTP/1.0\r\n\r\n");
    const auto seen = visitor.read_reply();
    EXPECT_EQ(seen.status, 200u);
    EXPECT_EQ(seen.body, "OK");
    EXPECT_TRUE(visitor.is_closed_within(10s));
}

// None of 500 requests may meet a connection that glimt is just closing.
TEST_P(requests, follow_each_other_over_kept_connections) {
    auto visitor = front_->connect();
    for (int i = 0; i < 500; ++i) {
        visitor.send("GET /healthcheck HTTP/1.1\r\nHost: images.test\r\n\r\n");
        const auto seen = visitor.read_reply();
        ASSERT_EQ(seen.status, 200u) << "request " << i;
        if (seen.header("Connection") == "close") visitor = front_->connect();
    }
}

TEST_P(requests, follow_a_small_body_that_nobody_read) {
    auto visitor = front_->connect();
    for (int i = 0; i < 20; ++i) {
        visitor.send(
            "PUT /v2/nowhere HTTP/1.1\r\nHost: images.test\r\nContent-Length: 1024\r\n\r\n" +
            std::string(1024, 'x'));
        ASSERT_EQ(visitor.read_reply().status, 404u);
        visitor.send("GET /healthcheck HTTP/1.1\r\nHost: images.test\r\n\r\n");
        ASSERT_EQ(visitor.read_reply().status, 200u);
    }
}

// 10 headers of 6 KB: some front ends refuse them, none may break, and what passes glimt takes.
TEST_P(requests, with_60_KB_of_headers_are_answered_by_someone) {
    std::string head = "GET /healthcheck HTTP/1.1\r\nHost: images.test\r\nConnection: close\r\n";
    for (int i = 0; i < 10; ++i)
        head += "X-Long-" + std::to_string(i) + ": " + std::string(6000, 'x') + "\r\n";
    auto visitor = front_->connect();
    visitor.try_send(head + "\r\n");
    EXPECT_EQ(visitor.read_reply().status, GetParam().takes_many_headers ? 200u : 400u);
    EXPECT_EQ(ask("GET", "/healthcheck").status, 200u);
}

INSTANTIATE_TEST_SUITE_P(every, requests, ::testing::ValuesIn(arrangements()), name_of_arrangement);

}  // namespace
}  // namespace glimt::testing
