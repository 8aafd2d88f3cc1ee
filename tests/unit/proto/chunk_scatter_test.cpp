// SPDX-License-Identifier: Apache-2.0
#include "proto/chunk_scatter.hpp"
#include "support/scattered_decoding.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <utility>

namespace glimt::http {
namespace {

using namespace std::string_literals;

std::string data_of(std::size_t bytes) {
    static std::minstd_rand random(7);
    std::string made(bytes, '\0');
    for (char& each : made) each = static_cast<char>(random());
    return made;
}

struct body {
    std::string wire, data;

    body& chunk(std::size_t bytes, std::string_view extension = {}) {
        const auto more = data_of(bytes);
        data += more;
        wire += fmt::format("{:x}{}\r\n", bytes, extension) + more + "\r\n";
        return *this;
    }
    body& end() {
        wire += last_chunk;
        return *this;
    }
};

scattered decode(std::string_view wire, std::size_t room, std::size_t piece) {
    return decode_scattered(std::as_bytes(std::span(wire)), room, [&] { return piece; });
}

void expect_whole(const body& sent, const scattered& got) {
    EXPECT_TRUE(got.done);
    EXPECT_FALSE(got.failed);
    EXPECT_EQ(got.consumed, sent.wire.size());
    EXPECT_TRUE(got.data == sent.data);
}

TEST(chunk_scatter_test, chunks_of_one_size_are_received_where_they_end_up) {
    body sent;
    for (int i = 0; i < 64; ++i) sent.chunk(1000);
    sent.end();
    std::size_t size = 5;  // the first head alone, then as much as the buffer has room for
    const auto got = decode_scattered(std::as_bytes(std::span(sent.wire)), 4096,
                                      [&] { return std::exchange(size, 1 << 20); });
    expect_whole(sent, got);
    EXPECT_EQ(got.copied, 0u);
}

TEST(chunk_scatter_test, a_plan_goes_on_as_long_as_the_next_chunks_are_like_this_one) {
    chunked_decoder decoder;
    ASSERT_EQ(decoder.feed_framing(std::as_bytes(std::span("3e8\r\n", 5))), 5u);
    std::vector<std::byte> buffer(2500);
    chunk_scatter scatter;
    std::vector<std::size_t> sizes;
    for (const auto& each : scatter.plan(decoder, buffer)) sizes.push_back(each.iov_len);
    EXPECT_EQ(sizes, (std::vector<std::size_t>{1000, 7, 1000, 7, 500}));
}

TEST(chunk_scatter_test, a_last_chunk_that_is_smaller_is_put_right) {
    for (const std::size_t last : {1, 9, 10, 99, 255, 256, 999, 1001, 4096, 70000}) {
        body sent;
        sent.chunk(1000).chunk(1000).chunk(1000).chunk(last).end();
        for (const std::size_t room : {1, 10, 1000, 2001, 4096, 100000})
            for (const std::size_t piece : {1, 999, 1007, 1 << 20})
                expect_whole(sent, decode(sent.wire, room, piece));
    }
}

TEST(chunk_scatter_test, what_follows_the_body_is_given_back) {
    body sent;
    sent.chunk(3000).chunk(3000).end();
    const auto got = decode(sent.wire + "GET / HTTP/1.1\r\n\r\n", 8192, 4000);
    expect_whole(sent, got);
}

TEST(chunk_scatter_test, broken_framing_is_found_wherever_it_was_received) {
    for (const std::string_view broken : {"x\r\n", "\r\n\r\n", "\r\nzz\r\n", "\r\n-1\r\n", "\n"}) {
        body sent;
        sent.chunk(1000).chunk(1000);
        sent.wire.resize(sent.wire.size() - 2);
        const auto got =
            decode(sent.wire + std::string(broken) + std::string(5000, 'x'), 8192, 1 << 20);
        EXPECT_TRUE(got.failed) << broken;
        EXPECT_TRUE(got.data.starts_with(sent.data)) << broken;
    }
}

TEST(chunk_scatter_test, any_chunks_in_any_pieces_give_the_same_data) {
    std::minstd_rand random(42);
    for (int round = 0; round < 300; ++round) {
        body sent;
        const std::size_t usual = 1 + random() % 3000;
        for (auto count = random() % 20; count > 0; --count)
            sent.chunk(random() % 3 ? usual : 1 + random() % 5000,
                       random() % 5 ? ""s : ";a="s + std::string(random() % 60, 'b'));
        sent.end();
        const std::size_t room = 1 + random() % 20000;
        const std::size_t piece_max = 1 + random() % 20000;
        const auto got = decode_scattered(std::as_bytes(std::span(sent.wire)), room,
                                          [&] { return 1 + random() % piece_max; });
        expect_whole(sent, got);
    }
}

}  // namespace
}  // namespace glimt::http
