// SPDX-License-Identifier: Apache-2.0
// Receiving, into given memory and into provided buffers, on both rings.
#include "unit/core/ring_contract.hpp"

namespace glimt {
namespace {

class ring_receive : public ring_contract {
protected:
    std::array<char, 64> space_{};
};

TEST_P(ring_receive, receive_takes_what_is_there_and_waits_for_what_is_not) {
    const connected_pair pair = tcp_pair();
    receive(pair.here.get(), space_.data(), space_.size(), 1);
    EXPECT_FALSE(completed_now(1));
    put(pair.there, "hello");
    EXPECT_EQ(result_of(1), 5);
    EXPECT_EQ(std::string_view(space_.data(), 5), "hello");

    put(pair.there, "again");
    receive(pair.here.get(), space_.data(), 2, 2);
    EXPECT_EQ(result_of(2), 2);
    receive(pair.here.get(), space_.data(), 64, 3);
    EXPECT_EQ(result_of(3), 3);
    EXPECT_EQ(std::string_view(space_.data(), 3), "ain");
}

TEST_P(ring_receive, receive_reports_the_end_a_reset_and_misuse) {
    connected_pair ended = tcp_pair();
    receive(ended.here.get(), space_.data(), 64, 1);
    EXPECT_FALSE(completed_now(1));
    ended.there.close();
    EXPECT_EQ(result_of(1), 0);

    connected_pair reset = tcp_pair();
    receive(reset.here.get(), space_.data(), 64, 2);
    EXPECT_FALSE(completed_now(2));
    const linger at_once{1, 0};
    ::setsockopt(reset.there.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    reset.there.close();
    EXPECT_EQ(result_of(2), -ECONNRESET);

    receive(999'999, space_.data(), 64, 3);
    EXPECT_EQ(result_of(3), -EBADF);
    const connected_pair pipe = pipe_pair();
    receive(pipe.here.get(), space_.data(), 64, 4);
    EXPECT_EQ(result_of(4), -ENOTSOCK);
    receive(ended.here.get(), space_.data(), 64, 5, MSG_DONTWAIT);
    EXPECT_EQ(result_of(5), 0);
    const connected_pair idle = tcp_pair();
    receive(idle.here.get(), space_.data(), 64, 6, MSG_DONTWAIT);
    EXPECT_EQ(result_of(6), -EAGAIN);
}

TEST_P(ring_receive, receive_with_waitall_fills_its_memory_over_many_arrivals) {
    const connected_pair pair = tcp_pair();
    receive(pair.here.get(), space_.data(), 9, 1, MSG_WAITALL);
    for (const char* part : {"one", "two", "thr"}) {
        EXPECT_FALSE(completed_now(1));
        put(pair.there, part);
    }
    EXPECT_EQ(result_of(1), 9);
    EXPECT_EQ(std::string_view(space_.data(), 9), "onetwothr");
}

TEST_P(ring_receive, receive_with_waitall_ends_early_with_the_stream_or_by_cancelling) {
    connected_pair pair = tcp_pair();
    receive(pair.here.get(), space_.data(), 64, 1, MSG_WAITALL);
    EXPECT_FALSE(completed_now(1));
    put(pair.there, "abc");
    EXPECT_FALSE(completed_now(1));
    EXPECT_EQ(cancel(1), 0);
    EXPECT_EQ(result_of(1), 3);

    receive(pair.here.get(), space_.data(), 64, 2, MSG_WAITALL);
    EXPECT_FALSE(completed_now(2));
    put(pair.there, "de");
    pair.there.close();
    EXPECT_EQ(result_of(2), 2);
    EXPECT_EQ(std::string_view(space_.data(), 2), "de");
}

TEST_P(ring_receive, receive_discards_with_trunc) {
    const connected_pair pair = tcp_pair();
    put(pair.there, "discarded");
    receive(pair.here.get(), nullptr, 7, 1, MSG_TRUNC);
    EXPECT_EQ(result_of(1), 7);
    receive(pair.here.get(), space_.data(), 64, 2);
    EXPECT_EQ(result_of(2), 2);
    EXPECT_EQ(std::string_view(space_.data(), 2), "ed");
}

TEST_P(ring_receive, receive_cancelled_and_armed_again_loses_no_bytes) {
    const connected_pair pair = tcp_pair();
    std::string got;
    for (int i = 0; i < 50; ++i) {
        receive_multishot(pair.here.get(), 1);
        if (i % 2 == 0) turn();
        put(pair.there, "0123456789");
        if (i % 3 == 0) turn();
        cancel(1);
        for (;;) {
            const completion_entry completion = next_of(1);
            if (completion.result > 0) got += text_of(completion);
            if (!more_follow(completion)) break;
        }
    }
    receive_multishot(pair.here.get(), 1);
    while (got.size() < 500) got += text_of(next_of(1));
    for (std::size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i], '0' + static_cast<char>(i % 10));
    EXPECT_EQ(cancel(1), 0);
}

TEST_P(ring_receive, multishot_receive_brings_each_arrival_until_the_end) {
    connected_pair pair = tcp_pair();
    receive_multishot(pair.here.get(), 1);
    for (const char* text : {"first", "second"}) {
        EXPECT_FALSE(completed_now(1));
        put(pair.there, text);
        const completion_entry completion = next_of(1);
        EXPECT_TRUE(more_follow(completion));
        EXPECT_EQ(text_of(completion), text);
    }
    pair.there.close();
    const completion_entry last = next_of(1);
    EXPECT_EQ(last.result, 0);
    EXPECT_FALSE(more_follow(last));
}

TEST_P(ring_receive, multishot_receive_sees_an_end_that_came_with_the_last_bytes) {
    connected_pair pair = tcp_pair();
    receive_multishot(pair.here.get(), 1);
    EXPECT_FALSE(completed_now(1));
    put(pair.there, "bye");
    pair.there.close();
    EXPECT_EQ(text_of(next_of(1)), "bye");
    EXPECT_EQ(result_of(1), 0);
}

TEST_P(ring_receive, multishot_receive_ends_when_the_buffers_do_and_goes_on_with_new_ones) {
    const connected_pair pair = unix_pair();
    const std::string sent = pattern(3 * buffer_count * buffer_size);
    put(pair.there, sent);
    std::string got;
    int exhausted = 0;
    std::vector<completion_entry> held;
    receive_multishot(pair.here.get(), 1);
    while (got.size() < sent.size()) {
        const completion_entry completion = next_of(1);
        if (completion.result == -ENOBUFS) {
            EXPECT_FALSE(more_follow(completion));
            ++exhausted;
            for (const completion_entry& each : held) got += text_of(each);
            held.clear();
            if (got.size() < sent.size()) receive_multishot(pair.here.get(), 1);
            continue;
        }
        ASSERT_GT(completion.result, 0);
        held.push_back(completion);
        // The last bytes are not followed by a complaint on every kernel.
        if (held.size() + got.size() / buffer_size == 3 * buffer_count)
            for (const completion_entry& each : std::exchange(held, {})) got += text_of(each);
    }
    EXPECT_GE(exhausted, 2);
    EXPECT_TRUE(got == sent);
    cancel(1);
}

TEST_P(ring_receive, receive_selects_one_buffer) {
    const connected_pair pair = tcp_pair();
    io_uring_sqe* request = entry();
    io_uring_prep_recv(request, pair.here.get(), nullptr, 0, 0);
    request->flags |= IOSQE_BUFFER_SELECT;
    named(request, 1);
    EXPECT_FALSE(completed_now(1));
    put(pair.there, "once");
    const completion_entry completion = next_of(1);
    EXPECT_FALSE(more_follow(completion));
    EXPECT_EQ(text_of(completion), "once");
}

// One peer has sent enough to fill every buffer; the other's two bytes find one all the same, and
// the rest of the flood follows without any more arriving. (The kernel's share is 32 receives.)
TEST_P(ring_receive, a_flood_leaves_buffers_to_the_quiet_ones) {
    if (!on_epoll()) GTEST_SKIP() << "the kernel's share is larger than this group";
    const connected_pair flood = unix_pair();
    const connected_pair quiet = unix_pair();
    put(flood.there, pattern(buffer_count * buffer_size));
    put(quiet.there, "me");
    receive_multishot(flood.here.get(), 1);
    receive_multishot(quiet.here.get(), 2);
    EXPECT_EQ(text_of(next_of(2)), "me");
    for (unsigned i = 0; i < buffer_count; ++i) EXPECT_EQ(text_of(next_of(1)).size(), buffer_size);
    cancel(1);
    EXPECT_EQ(cancel(2), 0);
}

INSTANTIATE_TEST_SUITE_P(loops, ring_receive, testing::Values("uring", "epoll"), loop_name);

}  // namespace
}  // namespace glimt
