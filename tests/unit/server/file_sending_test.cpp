// SPDX-License-Identifier: Apache-2.0
// Downloads of files: whatever the disk, the file or the client does, the client has the right
// bytes, all of them or a part and a reset.
#include "server/file_sending.hpp"

#include "session_fixture.hpp"
#include "support/unnamed_file.hpp"

#include <sys/uio.h>

#include <fstream>
#include <iterator>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view get = "GET /v HTTP/1.1\r\nHost: h\r\n\r\n";

bool is_cold(int file, std::uint64_t offset) {
    char byte;
    const iovec where{&byte, 1};
    return ::preadv2(file, &where, 1, static_cast<off_t>(offset), RWF_NOWAIT) < 0 &&
           errno == EAGAIN;
}

struct file_sending_test : session_fixture {
    // Every answer is these bytes of the file.
    void say(int file, std::uint64_t offset, std::uint64_t bytes) {
        app.script = [this, file, offset, bytes](request&) -> task<response> {
            response said;
            descriptor own(::fcntl(file, F_DUPFD_CLOEXEC, 0));
            said.stream = std::make_unique<file_source>(here.loop, std::move(own), offset, bytes);
            said.stream_bytes = bytes;
            co_return said;
        };
    }

    // Out of the page cache, as far as the kernel does what it is asked.
    static void chill(int file) {
        EXPECT_EQ(::fsync(file), 0);
        EXPECT_EQ(::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED), 0);
    }

    // Two requests over one connection, both answered whole.
    task<> expect_twice(std::string expected) {
        auto peer = connect();
        for (int i = 0; i < 2; ++i) {
            co_await peer.send(std::string(get));
            const auto got = co_await peer.answer();
            EXPECT_TRUE(got.whole);
            EXPECT_TRUE(got.body == expected);
        }
    }

    // The answer breaks off: what came of it is right (as far as `certain`), and the client is told
    // by a reset.
    task<> expect_cut(client& peer, std::string expected, std::size_t certain = SIZE_MAX) {
        const auto got = co_await peer.answer();
        EXPECT_EQ(got.status, 200u);
        EXPECT_FALSE(got.whole);
        EXPECT_TRUE(peer.was_reset);
        EXPECT_TRUE(expected.starts_with(got.body.substr(0, certain)));
        co_await until([&] { return here.children.size() == 0; });
    }
};

constexpr std::size_t file_bytes = 3 << 20;
const std::string content = stream_bytes(0, file_bytes);

TEST_F(file_sending_test, any_part_goes_from_the_cache_without_a_read) {
    constexpr std::pair<std::uint64_t, std::uint64_t> parts[] = {
        {0, file_bytes},     {0, 1},         {file_bytes - 1, 1}, {4095, 2},
        {1, file_bytes - 1}, {0, 512 << 10}, {100'000, 1'500'000}};
    const descriptor file = unnamed_file(content);
    run([](file_sending_test& test, int number, auto all) -> task<> {
        for (const auto& [offset, bytes] : all) {
            SCOPED_TRACE(offset);
            test.say(number, offset, bytes);
            co_await test.expect_twice(content.substr(offset, bytes));
        }
        EXPECT_EQ(test.plan->seen(operation_kind::read), 0u);
    }(*this, file.get(), std::span(parts)));
}

TEST_F(file_sending_test, the_ring_reads_what_is_cold) {
    const descriptor file = unnamed_file(content);
    chill(file.get());
    if (!is_cold(file.get(), file_bytes / 2)) GTEST_SKIP() << "files of this folder stay in memory";
    say(file.get(), 1000, file_bytes - 1000);
    run([](file_sending_test& test) -> task<> {
        co_await test.expect_twice(content.substr(1000));
        EXPECT_GT(test.plan->seen(operation_kind::read), 0u);
    }(*this));
}

TEST_F(file_sending_test, short_and_late_reads_of_a_cold_file_change_nothing) {
    const descriptor file = unnamed_file(content);
    say(file.get(), 0, file_bytes);
    run([](file_sending_test& test, int number) -> task<> {
        for (const fault_action& action :
             {fault_action(at_most{5000}), fault_action(late_by{3ms})}) {
            for (unsigned nth = 1; nth <= 3; ++nth) {
                chill(number);
                test.plan->add(operation_kind::read, nth, action);
                co_await test.expect_twice(content);
                test.plan->clear();
            }
        }
    }(*this, file.get()));
}

TEST_F(file_sending_test, a_cold_file_that_cannot_be_read_is_cut) {
    const descriptor file = unnamed_file(content);
    chill(file.get());
    if (!is_cold(file.get(), 0)) GTEST_SKIP() << "files of this folder stay in memory";
    say(file.get(), 0, file_bytes);
    errors_expected = 1;
    plan->add(operation_kind::read, 1, fail_with{EIO});
    run([](file_sending_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(std::string(get));
        co_await test.expect_cut(peer, content);
        co_await test.expect_twice(content);
    }(*this));
}

// The socket is full again and again; the client takes its bytes all the same.
TEST_F(file_sending_test, a_slow_client_is_waited_for) {
    const std::string large = stream_bytes(0, 16 << 20);
    const descriptor file = unnamed_file(large);
    say(file.get(), 0, large.size());
    run([](file_sending_test& test, const std::string& all) -> task<> {
        auto peer = test.connect();
        co_await peer.send(std::string(get));
        co_await test.pause(20ms);
        for (const std::size_t some : {1u << 20, 5u << 20, 9u << 20}) {
            co_await peer.receive(some);
            co_await test.pause(5ms);
        }
        const auto got = co_await peer.answer();
        EXPECT_TRUE(got.whole);
        EXPECT_TRUE(got.body == all);
        EXPECT_GT(test.plan->seen(operation_kind::poll), 0u);
    }(*this, large));
}

// The fault seam sees the polls of the client as well, which asks again. One of ours that fails
// ends the answer, and never with other bytes.
TEST_F(file_sending_test, polls_that_fail_or_are_late_change_no_byte) {
    const std::string large = stream_bytes(0, 16 << 20);
    const descriptor file = unnamed_file(large);
    say(file.get(), 0, large.size());
    run([](file_sending_test& test, const std::string& all) -> task<> {
        for (const fault_action& action :
             {fault_action(fail_with{EIO}), fault_action(late_by{3ms})}) {
            for (unsigned nth = 1; nth <= 4; ++nth) {
                auto peer = test.connect();
                co_await peer.send(std::string(get));
                test.plan->add(operation_kind::poll, nth, action);
                const auto got = co_await peer.answer();
                const bool fails = std::holds_alternative<fail_with>(action);
                EXPECT_TRUE(got.whole || fails);
                EXPECT_TRUE(got.whole ? got.body == all : all.starts_with(got.body));
                test.plan->clear();
            }
        }
    }(*this, large));
}

// The socket holds the pages of the cache themselves, and truncating a file clears what lies behind
// its new end in them: only what stays of the file is sure to be right.
TEST_F(file_sending_test, a_file_that_gets_shorter_is_cut) {
    constexpr std::size_t kept_bytes = 200'000;
    const std::string large = stream_bytes(0, 32 << 20);
    const descriptor file = unnamed_file(large);
    say(file.get(), 0, large.size());
    run([](file_sending_test& test, const std::string& all, int number) -> task<> {
        auto peer = test.connect();
        co_await peer.send(std::string(get));
        co_await peer.receive(100'000);
        EXPECT_EQ(::ftruncate(number, kept_bytes), 0);
        co_await test.expect_cut(peer, all, kept_bytes);
        // And one that was too short from the beginning.
        auto other = test.connect();
        co_await other.send(std::string(get));
        co_await test.expect_cut(other, all, kept_bytes);
    }(*this, large, file.get()));
}

TEST_F(file_sending_test, a_client_that_goes_ends_it) {
    const descriptor file = unnamed_file(stream_bytes(0, 32 << 20));
    say(file.get(), 0, 32 << 20);
    run([](file_sending_test& test) -> task<> {
        for (const bool reset : {false, true}) {
            auto peer = test.connect();
            co_await peer.send(std::string(get));
            co_await peer.receive(100'000);
            reset ? peer.reset() : peer.close();
            co_await test.until([&] { return test.here.children.size() == 0; });
        }
    }(*this));
}

TEST_F(file_sending_test, a_client_that_takes_nothing_is_cut) {
    options.body_idle_timeout = 1ms;
    const std::string large = stream_bytes(0, 32 << 20);
    const descriptor file = unnamed_file(large);
    say(file.get(), 0, large.size());
    run([](file_sending_test& test, const std::string& all) -> task<> {
        auto peer = test.connect();
        co_await peer.send(std::string(get));
        co_await test.until([&] { return test.here.children.size() == 0; });
        EXPECT_EQ(test.here.counters.timeouts_body.value(), 1u);
        const auto got = co_await peer.answer();
        EXPECT_FALSE(got.whole);
        EXPECT_TRUE(all.starts_with(got.body));
    }(*this, large));
}

TEST_F(file_sending_test, an_abort_ends_the_wait_for_a_client) {
    const std::string large = stream_bytes(0, 32 << 20);
    const descriptor file = unnamed_file(large);
    say(file.get(), 0, large.size());
    run([](file_sending_test& test, const std::string& all) -> task<> {
        auto peer = test.connect();
        co_await peer.send(std::string(get));
        co_await peer.receive(100'000);
        co_await test.pause(20ms);
        test.session->abort();
        co_await test.expect_cut(peer, all);
    }(*this, large));
}

// Files of /proc cannot say what is in memory; such a file is read and sent.
TEST_F(file_sending_test, a_file_system_that_cannot_tell_is_copied_from) {
    std::ifstream version("/proc/version");
    const std::string expected{std::istreambuf_iterator<char>(version), {}};
    const descriptor file(::open("/proc/version", O_RDONLY | O_CLOEXEC));
    EXPECT_FALSE(is_cold(file.get(), 0));
    EXPECT_EQ(errno, EOPNOTSUPP);
    say(file.get(), 0, expected.size());
    run([](file_sending_test& test, const std::string& all) -> task<> {
        co_await test.expect_twice(all);
        EXPECT_EQ(test.plan->seen(operation_kind::read), 2u);
    }(*this, expected));
}

}  // namespace
