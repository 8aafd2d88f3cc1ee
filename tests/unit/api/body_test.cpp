// SPDX-License-Identifier: Apache-2.0
#include "api/body.hpp"

#include "api_fixture.hpp"
#include "core/problem.hpp"

using namespace glimt;
using glimt::testing::text_source;

namespace {

struct body_test : glimt::testing::loop_fixture {
    std::string collected(text_source& from, std::size_t bytes_max) {
        std::string all;
        auto call = [&]() -> task<> { all = co_await collect(from, bytes_max); };
        run(call());
        return all;
    }
};

TEST_F(body_test, collects_all_of_a_body_whatever_its_pieces) {
    const std::string text(20'000, 'x');
    for (const std::size_t piece : {1u, 7u, 4095u, 4096u, 4097u, 30'000u}) {
        SCOPED_TRACE(piece);
        for (const std::size_t size : {0u, 1u, 4095u, 4096u, 4097u, 20'000u}) {
            text_source body{text.substr(0, size)};
            body.piece = piece;
            EXPECT_EQ(collected(body, 20'000), text.substr(0, size));
        }
    }
}

TEST_F(body_test, reads_no_further_than_one_byte_above_the_limit) {
    for (const std::size_t limit : {0u, 1u, 4095u, 4096u, 5000u}) {
        SCOPED_TRACE(limit);
        text_source body{std::string(1 << 20, 'x')};
        body.piece = body.text.size();
        try {
            collected(body, limit);
            ADD_FAILURE() << "nothing was thrown";
        } catch (const problem& why) {
            EXPECT_EQ(why.why(), reason::too_large);
        }
        EXPECT_EQ(body.given, limit + 1);
    }
}

TEST_F(body_test, lets_the_error_of_a_cut_body_through) {
    text_source body{"{\"name\": "};
    body.cut = asio::error::eof;
    EXPECT_THROW(collected(body, 100), boost::system::system_error);
}

}  // namespace
