// SPDX-License-Identifier: Apache-2.0
#include "session_fixture.hpp"

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

// Refuses every upload before a byte of it is read.
struct early_answer_test : session_fixture {
    early_answer_test() {
        app.script = [](request&) -> task<response> { co_return text_answer("too large", 413); };
    }
};

// front-ends.md 1.3: the client that still sends its body reads the answer, not a reset.
TEST_F(early_answer_test, reaches_a_client_that_is_still_sending) {
    run([](early_answer_test& test) -> task<> {
        constexpr std::size_t bytes = 16 << 20;
        for (const auto way : {over::tcp, over::unix_pair}) {
            auto peer = test.connect(way);
            co_await peer.send(
                fmt::format("PUT /v HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n", bytes));
            EXPECT_TRUE(co_await peer.send(std::string(bytes, 'x')));
            EXPECT_EQ((co_await peer.answer()).status, 413u);
            EXPECT_EQ(co_await peer.rest(), "");
            EXPECT_FALSE(peer.was_reset);
        }
    }(*this));
}

TEST_F(early_answer_test, a_refused_body_is_taken_up_to_a_limit) {
    options.discard_bytes_max = 1 << 20;
    run([](early_answer_test& test) -> task<> {
        constexpr std::size_t bytes = 64 << 20;  // more than the limit and what the kernel holds
        auto peer = test.connect();
        co_await peer.send(
            fmt::format("PUT /v HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n", bytes));
        EXPECT_EQ((co_await peer.answer()).status, 413u);
        EXPECT_FALSE(co_await peer.send(std::string(bytes, 'x')));
    }(*this));
}

TEST_F(early_answer_test, a_refused_body_that_stands_still_is_not_waited_for) {
    options.discard_timeout = 1ms;
    run([](early_answer_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send("PUT /v HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n");
        EXPECT_EQ((co_await peer.answer()).status, 413u);
        const auto began = std::chrono::steady_clock::now();
        co_await test.until([&] { return test.here.children.size() == 0; });
        EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
    }(*this));
}

}  // namespace
