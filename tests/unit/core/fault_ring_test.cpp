// SPDX-License-Identifier: Apache-2.0
#include "core/fault_ring.hpp"

#include "support/faulty_loop.hpp"
#include "support/sockets.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>

#include <cstdlib>
#include <span>
#include <string>
#include <thread>
#include <vector>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;

namespace {

struct fault_ring_test : faulty_loop {
    socket_ends ends = unix_ends();
    std::string name = "/tmp/glimt_faults.XXXXXX";
    descriptor file{::mkstemp(name.data())};
    char space[64] = {};

    ~fault_ring_test() override { ::unlink(name.c_str()); }

    void put(std::string_view text) {
        EXPECT_EQ(::send(ends.there.get(), text.data(), text.size(), 0), ssize_t(text.size()));
    }
    auto receive(int flags = 0) {
        return async_receive(loop, ends.here.get(), asio::buffer(space), flags, or_error);
    }
};

TEST_F(fault_ring_test, fails_the_nth_of_a_kind_and_no_other) {
    plan->add(operation_kind::recv, 2, fail_with{ECONNRESET});
    auto body = [&]() -> task<> {
        for (const int expected : {0, ECONNRESET, 0, 0}) {
            put("x");
            auto [ec, n] = co_await receive();
            EXPECT_EQ(ec.value(), expected);
        }
        EXPECT_EQ(plan->seen(operation_kind::recv), 4u);
        EXPECT_EQ(plan->seen(operation_kind::send), 0u);
        // The one that failed took nothing: its byte came with a later one.
        EXPECT_EQ(::recv(ends.here.get(), space, sizeof space, MSG_DONTWAIT), -1);
    };
    run(body());
}

TEST_F(fault_ring_test, a_close_that_fails_has_closed) {
    plan->add(operation_kind::close, 1, fail_with{EIO});
    auto body = [&]() -> task<> {
        const int number = ends.here.release();
        auto [ec] = co_await async_close(loop, number, or_error);
        EXPECT_EQ(ec.value(), EIO);
        EXPECT_EQ(::fcntl(number, F_GETFD), -1);
    };
    run(body());
}

TEST_F(fault_ring_test, counts_from_when_a_rule_was_added_and_the_oldest_holds) {
    auto body = [&]() -> task<> {
        put("abc");
        co_await receive();
        plan->add(operation_kind::recv, 2, fail_with{EIO});
        plan->add(operation_kind::recv, fault_plan::every, fail_with{ENOMEM});
        for (const int expected : {ENOMEM, EIO, ENOMEM}) {
            auto [ec, n] = co_await receive();
            EXPECT_EQ(ec.value(), expected);
        }
        plan->clear();
        put("d");
        auto [ec, n] = co_await receive();
        EXPECT_FALSE(ec);
        EXPECT_EQ(plan->seen(operation_kind::recv), 5u);
    };
    run(body());
}

TEST_F(fault_ring_test, what_moves_bytes_comes_back_short) {
    auto body = [&]() -> task<> {
        put("received");
        plan->add(operation_kind::recv, fault_plan::every, at_most{3});
        auto [waits, all] = co_await receive(MSG_WAITALL);
        EXPECT_EQ(std::string_view(space, all), "rec");
        auto [plain, some] = co_await receive();
        EXPECT_EQ(std::string_view(space, some), "eiv");

        plan->add(operation_kind::send, 1, at_most{2});
        auto [sends, sent] =
            co_await async_send(loop, ends.here.get(), asio::buffer("sent", 4), or_error);
        EXPECT_EQ(sent, 2u);
        EXPECT_EQ(::recv(ends.there.get(), space, sizeof space, 0), 2);

        std::string one = "one", two = "two";
        const iovec parts[] = {{one.data(), 3}, {two.data(), 3}};
        plan->add(operation_kind::write, 1, at_most{4});
        auto [writes, written] = co_await async_write_at(loop, file.get(), parts, 0, or_error);
        EXPECT_EQ(written, 4u);
        plan->add(operation_kind::read, 1, at_most{1});
        auto [reads, read] = co_await async_read_at(loop, file.get(), parts, 0, or_error);
        EXPECT_EQ(read, 1u);
        auto [whole, rest] = co_await async_read_at(loop, file.get(), parts, 0, or_error);
        EXPECT_EQ(rest, 4u);

        pipe_ends pipe;
        plan->add(operation_kind::splice, 1, at_most{2});
        auto [moves, moved] =
            co_await async_splice(loop, file.get(), 0, pipe.in.get(), -1, 4, or_error);
        EXPECT_EQ(moved, 2u);
    };
    run(body());
}

TEST_F(fault_ring_test, a_short_operation_shorter_than_its_limit_is_itself) {
    auto body = [&]() -> task<> {
        plan->add(operation_kind::recv, 1, at_most{1000});
        put("all");
        auto [ec, n] = co_await receive();
        EXPECT_EQ(n, 3u);
    };
    run(body());
}

TEST_F(fault_ring_test, a_late_one_begins_after_its_delay) {
    auto body = [&]() -> task<> {
        put("late");
        plan->add(operation_kind::recv, 1, late_by{20ms});
        const auto begin = ring_context::clock::now();
        auto [ec, n] = co_await receive();
        EXPECT_EQ(n, 4u);
        EXPECT_GE(ring_context::clock::now() - begin, 20ms);
        EXPECT_EQ(plan->seen(operation_kind::recv), 1u) << "counted once, though submitted later";
    };
    run(body());
}

TEST_F(fault_ring_test, others_overtake_a_late_one) {
    std::string order;
    plan->add(operation_kind::fsync, 1, late_by{1h});
    asio::cancellation_signal enough;
    async_fsync(loop, file.get(), sync_what::data,
                asio::bind_cancellation_slot(enough.slot(), [&](error_code) { order += "late "; }));
    async_fsync(loop, file.get(), sync_what::data, [&](error_code) {
        order += "usual ";
        enough.emit(asio::cancellation_type::total);
    });
    loop.run();
    EXPECT_EQ(order, "usual late ");
}

TEST_F(fault_ring_test, a_late_one_can_be_cancelled_before_it_begins) {
    plan->add(operation_kind::recv, fault_plan::every, late_by{1h});
    auto body = [&]() -> task<> {
        put("x");
        for (int i = 0; i < 3; ++i) {
            auto none = co_await (receive() || async_sleep(loop, 1ms, or_throw));
            EXPECT_EQ(none.index(), 1u);
        }
        asio::cancellation_signal signal;
        error_code told;
        async_receive(loop, ends.here.get(), asio::buffer(space), 0,
                      asio::bind_cancellation_slot(signal.slot(),
                                                   [&](error_code ec, std::size_t) { told = ec; }));
        signal.emit(asio::cancellation_type::total);
        co_await async_sleep(loop, 1ms, or_throw);
        EXPECT_EQ(told, asio::error::operation_aborted);
    };
    run(body());
    EXPECT_EQ(::recv(ends.here.get(), space, sizeof space, MSG_DONTWAIT), 1) << "never began";
}

TEST_F(fault_ring_test, a_late_one_that_has_begun_is_cancelled_as_usual) {
    plan->add(operation_kind::recv, 1, late_by{1ms});
    auto body = [&]() -> task<> {
        auto none = co_await (receive() || async_sleep(loop, 20ms, or_throw));
        EXPECT_EQ(none.index(), 1u);
    };
    run(body());
}

TEST_F(fault_ring_test, a_failed_multishot_ends_with_its_error) {
    loop.provide_buffers(8, 64);
    plan->add(operation_kind::recv, 1, fail_with{ETIMEDOUT});
    struct : completion {
        void complete(int result, std::uint32_t flags) override {
            results.push_back(result);
            more = flags & IORING_CQE_F_MORE;
        }
        void discard() noexcept override {}
        std::vector<int> results;
        bool more = true;
    } told;
    asio::post(loop.get_executor(), [&] {
        auto* entry = loop.entry(told);
        io_uring_prep_recv_multishot(entry, ends.here.get(), nullptr, 0, 0);
        entry->flags |= IOSQE_BUFFER_SELECT;
    });
    loop.run();
    EXPECT_EQ(told.results, std::vector<int>{-ETIMEDOUT});
    EXPECT_FALSE(told.more);
}

// A message that does not fit into the other loop's queue takes the way of other threads.
TEST_F(fault_ring_test, a_lost_message_between_loops_still_arrives) {
    plan->add(operation_kind::message, fault_plan::every, fail_with{EOVERFLOW});
    ring_context other(make_ring(loop_under_test()));
    auto guard = asio::make_work_guard(other.get_executor());
    int arrived = 0;
    std::thread elsewhere([&] { other.run(); });
    auto body = [&]() -> task<> {
        co_await async_sleep(loop, 5ms, or_throw);
        for (int i = 0; i < 100; ++i)
            asio::post(other.get_executor(), [&arrived, i] { arrived += i == arrived; });
        co_await async_sleep(loop, 5ms, or_throw);
    };
    run(body());
    guard.reset();
    elsewhere.join();
    EXPECT_EQ(arrived, 100);
    if (loop.below().descriptor() >= 0) EXPECT_GT(plan->seen(operation_kind::message), 0u);
}

// Every operation, each failing once: the error arrives, and nothing else is disturbed.
TEST_F(fault_ring_test, every_operation_can_fail) {
    char byte = 'x';
    const iovec part{&byte, 1};
    const std::span<const iovec> parts(&part, 1);
    struct statx facts{};
    listening_socket listener;
    descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
    pipe_ends pipe;
    const auto fail = [&](operation_kind kind) { plan->add(kind, 1, fail_with{EIO}); };
    auto body = [&]() -> task<> {
        using enum operation_kind;
        co_await async_sleep(loop, 0ns, or_throw);  // the loop has begun its own poll
        for (const auto kind : {connect, send, poll, timeout, read, write, open, fsync, rename,
                                unlink, statx, splice, recv})
            fail(kind);
        auto code = [](auto result) { return std::get<0>(result).value(); };
        const int here = ends.here.get(), disk = file.get();
        const auto bytes = asio::buffer(&byte, 1);
        EXPECT_EQ(code(co_await async_connect(loop, client.get(), listener.address.storage,
                                              listener.address.bytes, or_error)),
                  EIO);
        EXPECT_EQ(code(co_await async_send(loop, here, bytes, or_error)), EIO);
        EXPECT_EQ(code(co_await async_receive(loop, here, bytes, 0, or_error)), EIO);
        EXPECT_EQ(code(co_await async_poll(loop, here, 1, or_error)), EIO);
        EXPECT_EQ(code(co_await async_sleep(loop, 1ms, or_error)), EIO);
        EXPECT_EQ(code(co_await async_read_at(loop, disk, parts, 0, or_error)), EIO);
        EXPECT_EQ(code(co_await async_write_at(loop, disk, parts, 0, or_error)), EIO);
        EXPECT_EQ(code(co_await async_open(loop, AT_FDCWD, name, 0, 0, or_error)), EIO);
        EXPECT_EQ(code(co_await async_fsync(loop, disk, sync_what::data, or_error)), EIO);
        EXPECT_EQ(code(co_await async_rename(loop, AT_FDCWD, name, name, rename_how::replacing,
                                             or_error)),
                  EIO);
        EXPECT_EQ(code(co_await async_unlink(loop, AT_FDCWD, name, or_error)), EIO);
        EXPECT_EQ(code(co_await async_statx(loop, AT_FDCWD, name, 0, facts, or_error)), EIO);
        EXPECT_EQ(code(co_await async_splice(loop, disk, 0, pipe.in.get(), -1, 1, or_error)), EIO);
    };
    run(body());
    EXPECT_EQ(::access(name.c_str(), F_OK), 0);
}

// --- the text form -------------------------------------------------------------------------------

TEST(fault_plan_test, reads_its_text_form) {
    auto parsed =
        parse_fault_plan("recv:3=ECONNRESET, write:2=short:512,fsync:1=late:200ms ,send:*=EPIPE");
    ASSERT_TRUE(parsed) << parsed.error();
    fault_plan& plan = *parsed;
    EXPECT_FALSE(plan.meet(operation_kind::recv));
    EXPECT_FALSE(plan.meet(operation_kind::recv));
    EXPECT_EQ(std::get<fail_with>(*plan.meet(operation_kind::recv)).error, ECONNRESET);
    EXPECT_FALSE(plan.meet(operation_kind::recv));
    EXPECT_FALSE(plan.meet(operation_kind::write));
    EXPECT_EQ(std::get<at_most>(*plan.meet(operation_kind::write)).bytes, 512u);
    EXPECT_EQ(std::get<late_by>(*plan.meet(operation_kind::fsync)).delay, 200ms);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(std::get<fail_with>(*plan.meet(operation_kind::send)).error, EPIPE);
    EXPECT_TRUE(parse_fault_plan(""));
}

TEST(fault_plan_test, names_every_kind) {
    for (const char* kind : {"accept", "connect", "recv", "send", "shutdown", "poll", "timeout",
                             "read", "write", "open", "close", "fsync", "fallocate", "rename",
                             "unlink", "statx", "splice", "message", "other"})
        EXPECT_TRUE(parse_fault_plan(std::string(kind) + ":1=EIO")) << kind;
}

TEST(fault_plan_test, refuses_what_it_cannot_read_and_quotes_it) {
    const struct {
        const char* text;
        const char* quoted;
    } cases[] = {
        {"receive:1=EIO", "receive:1=EIO"},
        {"recv=EIO", "recv=EIO"},
        {"recv:0=EIO", "recv:0=EIO"},
        {"recv:-1=EIO", "recv:-1=EIO"},
        {"recv:1x=EIO", "recv:1x=EIO"},
        {"recv:99999999999=EIO", "99999999999"},
        {"recv:1", "recv:1"},
        {"recv:1=", "recv:1="},
        {"recv:1=EIEIO", "EIEIO"},
        {"recv:1=5", "recv:1=5"},
        {"recv:1=short", "short"},
        {"recv:1=short:0", "short:0"},
        {"recv:1=short:x", "short:x"},
        {"recv:1=late:5", "late:5"},
        {"recv:1=late:5s", "late:5s"},
        {"recv:1=late:-5ms", "late:-5ms"},
        {"recv:1=EIO,", "comma"},
        {",recv:1=EIO", "''"},
        {"recv:1=EIO,,send:1=EIO", "''"},
        {" ", "''"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.text);
        const auto parsed = parse_fault_plan(c.text);
        ASSERT_FALSE(parsed);
        EXPECT_NE(parsed.error().find(c.quoted), std::string::npos) << parsed.error();
    }
}

}  // namespace
