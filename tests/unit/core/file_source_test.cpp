// SPDX-License-Identifier: Apache-2.0
#include "core/file_source.hpp"

#include "support/faulty_loop.hpp"
#include "support/sockets.hpp"
#include "support/sources.hpp"
#include "support/unnamed_file.hpp"

#include <boost/asio/error.hpp>

#include <unistd.h>

using namespace glimt;
using namespace glimt::testing;

namespace {

constexpr std::size_t file_bytes = 10'000;

struct file_source_test : faulty_loop {
    const std::string content = stream_bytes(0, file_bytes);

    // Of the file, from its byte `offset` on.
    std::unique_ptr<file_source> open(std::uint64_t offset, std::uint64_t bytes) {
        return std::make_unique<file_source>(loop, unnamed_file(content), offset, bytes);
    }

    // What reading it ends with.
    task<error_code> error_of(source& from) {
        try {
            co_await read_all(from);
        } catch (const boost::system::system_error& e) {
            co_return e.code();
        }
        co_return error_code();
    }
};

TEST_F(file_source_test, any_part_is_read_in_any_pieces) {
    constexpr struct {
        std::uint64_t offset, bytes;
        std::size_t piece;
    } cases[] = {
        {0, file_bytes, 4096},
        {0, file_bytes, file_bytes},
        {0, file_bytes, 2 * file_bytes},
        {0, 1, 100},
        {file_bytes - 1, 1, 1},
        {1234, 5678, 1000},
        {0, 0, 10},
        {file_bytes, 0, 10},
    };
    auto body = [&]() -> task<> {
        for (const auto& c : cases) {
            const auto source = open(c.offset, c.bytes);
            EXPECT_EQ(co_await read_all(*source, c.piece), content.substr(c.offset, c.bytes));
            EXPECT_EQ(source->rest().bytes, 0u);
            EXPECT_EQ(source->rest().offset, c.offset + c.bytes);
        }
    };
    run(body());
}

TEST_F(file_source_test, the_rest_is_what_was_not_read) {
    auto body = [&]() -> task<> {
        const auto source = open(100, 1000);
        std::string some(300, '\0');
        plan->add(operation_kind::read, 1, at_most{200});
        EXPECT_EQ(co_await source->read_some(asio::buffer(some)), 200u);
        const file_part rest = source->rest();
        EXPECT_EQ(rest.offset, 300u);
        EXPECT_EQ(rest.bytes, 800u);
        EXPECT_EQ(::pread(rest.file, some.data(), some.size(), 300), 300);
        EXPECT_EQ(some, content.substr(300, 300));
    };
    run(body());
}

TEST_F(file_source_test, a_file_that_is_shorter_is_an_error_and_not_an_end) {
    auto body = [&]() -> task<> {
        const auto source = open(0, file_bytes + 1);
        EXPECT_EQ(co_await error_of(*source), asio::error::eof);
        const auto beyond = open(file_bytes + 1, 1);
        EXPECT_EQ(co_await error_of(*beyond), asio::error::eof);
        const auto failing = open(0, file_bytes);
        plan->add(operation_kind::read, 2, fail_with{EIO});
        EXPECT_EQ((co_await error_of(*failing)).value(), EIO);
    };
    run(body());
}

TEST_F(file_source_test, its_file_is_closed_behind_it) {
    const int number = open(0, 1)->rest().file;
    loop.run();
    EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

}  // namespace
