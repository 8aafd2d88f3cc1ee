// SPDX-License-Identifier: Apache-2.0
// Who sends 64 MiB to a place where nobody wants them still reads why (front-ends.md 1.3).
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>

namespace glimt::testing {

namespace {

constexpr std::size_t mebi = 1 << 20;

// 64 MiB as one framing or the other wants them, in pieces.
struct upload {
    const char* what;
    std::string headers;
    std::string piece;
    std::string end;
};

std::vector<upload> uploads() {
    const std::string data(mebi, 'x');
    return {
        {"by length", "Content-Length: 67108864\r\n", data, ""},
        {"chunked", "Transfer-Encoding: chunked\r\n", "100000\r\n" + data + "\r\n", "0\r\n\r\n"}};
}

void expect_the_refusal(client& visitor) {
    const auto answer = visitor.read_reply();
    EXPECT_EQ(answer.status, 404u);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(answer.complete);
    EXPECT_NE(answer.body, "");
    EXPECT_EQ(visitor.end_within(1s), ending::orderly);
}

}  // namespace

TEST(early_answers_scenario, who_writes_everything_first_reads_the_answer) {
    const glimt_process server;
    for (const auto& each : uploads()) {
        SCOPED_TRACE(each.what);
        auto visitor = server.connect();
        visitor.send(unwanted_upload(each.headers));
        for (int i = 0; i < 64; ++i) visitor.send(each.piece);
        visitor.send(each.end);
        expect_the_refusal(visitor);
    }
}

TEST(early_answers_scenario, who_reads_while_writing_reads_it_early) {
    const glimt_process server;
    for (const auto& each : uploads()) {
        SCOPED_TRACE(each.what);
        auto visitor = server.connect();
        visitor.send(unwanted_upload(each.headers));
        expect_the_refusal(visitor);
        // It may stop there, or not care.
        for (int i = 0; i < 64; ++i) visitor.send(each.piece);
    }
}

TEST(early_answers_scenario, who_goes_away_instead_costs_nothing) {
    glimt_process server;
    const auto before = server.process().descriptors();
    for (const auto& each : uploads()) {
        SCOPED_TRACE(each.what);
        auto polite = server.connect(), rude = server.connect();
        polite.send(unwanted_upload(each.headers) + each.piece);
        rude.send(unwanted_upload(each.headers) + each.piece);
        polite.finish_sending();
        rude.reset();
        EXPECT_EQ(polite.read_reply().status, 404u);
        EXPECT_EQ(polite.end_within(1s), ending::orderly);
    }
    EXPECT_EQ(server.status_of_get("/healthcheck"), 200u);
    EXPECT_TRUE(server.descriptors_return_to(before));
}

TEST(early_answers_scenario, nobody_is_told_to_continue_in_vain) {
    const glimt_process server;
    for (const auto& each : uploads()) {
        SCOPED_TRACE(each.what);
        auto visitor = server.connect();
        visitor.send(unwanted_upload(each.headers + "Expect: 100-continue\r\n"));
        expect_the_refusal(visitor);
    }
}

// Whether the client then sends a body or a request, nobody can know.
TEST(early_answers_scenario, a_small_expected_body_ends_the_connection_too) {
    const glimt_process server;
    auto visitor = server.connect();
    visitor.send(unwanted_upload("Content-Length: 5\r\nExpect: 100-continue\r\n"));
    expect_the_refusal(visitor);
}

TEST(early_answers_scenario, a_small_unread_body_keeps_the_connection) {
    const glimt_process server;
    for (const std::size_t bytes : {1, 5, 4096, 65536}) {
        SCOPED_TRACE(bytes);
        auto visitor = server.connect();
        const auto upload = unwanted_upload("Content-Length: " + std::to_string(bytes) + "\r\n") +
                            std::string(bytes, 'G');
        visitor.send(upload + upload + healthcheck);
        for (const unsigned status : {404u, 404u, 200u}) {
            const auto answer = visitor.read_reply();
            EXPECT_EQ(answer.status, status);
            EXPECT_EQ(answer.header("Connection"), "");
        }
    }
}

}  // namespace glimt::testing
