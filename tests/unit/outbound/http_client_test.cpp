// SPDX-License-Identifier: Apache-2.0
#include "outbound_fixture.hpp"

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

struct http_client_test : outbound_fixture {};

TEST_F(http_client_test, fetches_a_whole_answer) {
    answer_each([](const std::string&) {
        return answer_of("hello", "404 Not Found", "X-One: 1\r\nx-empty:\r\nX-One: 2\r\n");
    });
    auto body = [&]() -> task<> {
        const auto got = co_await client->fetch(query("/a?b=c"));
        EXPECT_FALSE(got.failed);
        EXPECT_EQ(got.status, 404u);
        EXPECT_EQ(got.body, "hello");
        EXPECT_EQ(*got.find("x-ONE"), "1");
        EXPECT_EQ(*got.find("X-Empty"), "");
        EXPECT_EQ(got.find("X-Two"), nullptr);
        EXPECT_EQ(got.fields.size(), 4u);
    };
    run(body());
    ASSERT_EQ(heads.size(), 1u);
    EXPECT_EQ(heads[0], fmt::format("GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n"
                                    "User-Agent: glimt/" GLIMT_VERSION "\r\nAccept: */*\r\n",
                                    port()));
}

TEST_F(http_client_test, keeps_connections) {
    answer_each([](const std::string&) { return answer_of("x"); });
    auto body = [&]() -> task<> {
        for (int i = 0; i < 5; ++i) EXPECT_EQ((co_await client->fetch(query())).status, 200u);
    };
    run(body());
    EXPECT_EQ(connections, 1u);
}

}  // namespace
