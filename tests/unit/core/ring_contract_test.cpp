// SPDX-License-Identifier: Apache-2.0
// The queue itself, timers, cancelling: what both rings promise about any operation.
#include "unit/core/ring_contract.hpp"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <thread>

namespace glimt {
namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

class ring_queue : public ring_contract {
protected:
    void nop(std::uint64_t user_data, unsigned flags = 0) {
        io_uring_sqe* request = entry();
        io_uring_prep_nop(request);
        request->flags |= flags;
        named(request, user_data);
    }

    void timeout(__kernel_timespec& after, std::uint64_t user_data, unsigned flags = 0) {
        io_uring_sqe* request = entry();
        io_uring_prep_timeout(request, &after, 0, flags);
        named(request, user_data);
    }
};

TEST_P(ring_queue, completes_entries_in_their_order) {
    for (std::uint64_t i = 1; i <= 10; ++i) nop(i);
    for (std::uint64_t i = 1; i <= 10; ++i) {
        const completion_entry completion = next();
        EXPECT_EQ(completion.user_data, i);
        EXPECT_EQ(completion.result, 0);
        EXPECT_EQ(completion.flags, 0U);
    }
}

TEST_P(ring_queue, hands_out_zeroed_entries_even_when_they_are_reused) {
    const io_uring_sqe zero{};
    for (int i = 0; i < 200; ++i) {
        io_uring_sqe* request = entry();
        EXPECT_EQ(std::memcmp(request, &zero, sizeof zero), 0);
        io_uring_prep_nop(request);
        named(request, 77);
        if (i % 10 == 0) turn();
    }
}

// 20,000 are more than the queue of 64 entries, the 512 completions the kernel has place for, and
// what a turn may return.
TEST_P(ring_queue, loses_nothing_when_more_completes_than_any_queue_holds) {
    constexpr std::uint64_t count = 20'000;
    for (std::uint64_t i = 0; i < count; ++i) nop(i);
    std::uint64_t expected = 0;
    while (expected < count) {
        const auto completions = ring_->turn(true);
        ASSERT_FALSE(completions.empty());
        ASSERT_LE(completions.size(), completions_per_turn_max);
        for (const completion_entry& completion : completions)
            ASSERT_EQ(completion.user_data, expected++);
    }
    EXPECT_TRUE(ring_->turn(false).empty());
}

TEST_P(ring_queue, keeps_a_turns_completions_while_new_entries_are_made) {
    for (std::uint64_t i = 0; i < 50; ++i) nop(i);
    const auto completions = ring_->turn(true);
    ASSERT_EQ(completions.size(), 50U);
    for (int i = 0; i < 1'000; ++i) nop(99);
    for (std::uint64_t i = 0; i < 50; ++i) EXPECT_EQ(completions[i].user_data, i);
}

TEST_P(ring_queue, does_not_sleep_when_told_not_to) {
    const connected_pair pair = unix_pair();
    poll(pair.here.get(), POLLIN, 1);
    const auto begin = steady::now();
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(ring_->turn(false).empty());
    EXPECT_LT(steady::now() - begin, 1s);
    EXPECT_EQ(cancel(1), 0);
}

TEST_P(ring_queue, sees_what_became_ready_without_sleeping) {
    const connected_pair pair = unix_pair();
    poll(pair.here.get(), POLLIN, 1);
    EXPECT_FALSE(completed_now(1));
    put(pair.there, "x");
    const auto completion = completed_now(1);
    ASSERT_TRUE(completion);
    EXPECT_EQ(completion->result, POLLIN);
}

TEST_P(ring_queue, is_silent_about_success_where_the_entry_says_so) {
    nop(1, IOSQE_CQE_SKIP_SUCCESS);
    io_uring_sqe* request = entry();
    io_uring_prep_close(request, 999'999);
    request->flags |= IOSQE_CQE_SKIP_SUCCESS;
    named(request, 2);
    nop(3);
    EXPECT_EQ(result_of(2), -EBADF);
    EXPECT_EQ(result_of(3), 0);
    EXPECT_FALSE(completed_now(1));
}

TEST_P(ring_queue, refuses_what_it_does_not_know_and_goes_on) {
    entry()->opcode = 200;
    nop(2);
    EXPECT_EQ(result_of(0), -EINVAL);
    EXPECT_EQ(result_of(2), 0);
}

TEST_P(ring_queue, is_made_and_ended_by_another_thread_than_its_own) {
    std::unique_ptr<ring> other;
    std::vector<std::byte> memory(1024);
    const connected_pair pair = unix_pair();
    put(pair.there, "hello");
    other = make(8);
    other->provide_buffers(memory.data(), 2, 512);
    std::thread([&] {
        io_uring_sqe* request = other->entry();
        io_uring_prep_recv(request, pair.here.get(), nullptr, 0, 0);
        request->flags |= IOSQE_BUFFER_SELECT;
        const auto completions = other->turn(true);
        ASSERT_EQ(completions.size(), 1U);
        EXPECT_EQ(completions[0].result, 5);
    }).join();
    nop(1);
    EXPECT_EQ(result_of(1), 0);
    other.reset();
    // Ending that ring must not have taken this thread's away.
    nop(2);
    EXPECT_EQ(result_of(2), 0);
}

TEST_P(ring_queue, timers_fire_by_deadline_and_not_before_it) {
    __kernel_timespec late{0, 60'000'000};
    __kernel_timespec early{0, 20'000'000};
    const auto begin = steady::now();
    timeout(late, 1);
    timeout(early, 2);
    completion_entry completion = next();
    EXPECT_EQ(completion.user_data, 2U);
    EXPECT_EQ(completion.result, -ETIME);
    EXPECT_GE(steady::now() - begin, 20ms);
    completion = next();
    EXPECT_EQ(completion.user_data, 1U);
    EXPECT_EQ(completion.result, -ETIME);
    EXPECT_GE(steady::now() - begin, 60ms);
    EXPECT_LT(steady::now() - begin, 5s);
}

TEST_P(ring_queue, timers_take_a_point_of_the_monotonic_clock) {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    __kernel_timespec past{now.tv_sec - 5, 0};
    __kernel_timespec soon{now.tv_sec, now.tv_nsec + 20'000'000};
    if (soon.tv_nsec >= 1'000'000'000) soon = {soon.tv_sec + 1, soon.tv_nsec - 1'000'000'000};
    const auto begin = steady::now();
    timeout(soon, 1, IORING_TIMEOUT_ABS);
    timeout(past, 2, IORING_TIMEOUT_ABS);
    EXPECT_EQ(next().user_data, 2U);
    EXPECT_EQ(result_of(1), -ETIME);
    EXPECT_LT(steady::now() - begin, 5s);
}

TEST_P(ring_queue, timers_can_be_cancelled) {
    __kernel_timespec distant{1'000'000, 0};
    timeout(distant, 1);
    turn();
    EXPECT_EQ(cancel(1), 0);
    EXPECT_EQ(result_of(1), -ECANCELED);
    EXPECT_EQ(cancel(1), -ENOENT);
}

TEST_P(ring_queue, timers_do_not_keep_ready_sockets_waiting) {
    __kernel_timespec distant{5, 0};
    const connected_pair pair = unix_pair();
    const auto begin = steady::now();
    timeout(distant, 1);
    poll(pair.here.get(), POLLIN, 2);
    turn();
    std::thread([&] { put(pair.there, "x"); }).join();
    EXPECT_EQ(result_of(2), POLLIN);
    EXPECT_LT(steady::now() - begin, 4s);
    EXPECT_EQ(cancel(1), 0);
}

TEST_P(ring_queue, cancels_one_of_those_with_the_same_user_data_or_all) {
    const connected_pair pair = unix_pair();
    for (int i = 0; i < 4; ++i) poll(pair.here.get(), POLLIN, 7);
    EXPECT_EQ(cancel(7), 0);
    EXPECT_EQ(result_of(7), -ECANCELED);
    EXPECT_FALSE(completed_now(7));
    EXPECT_EQ(cancel(7, IORING_ASYNC_CANCEL_ALL), 3);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(result_of(7), -ECANCELED);
    EXPECT_EQ(cancel(7, IORING_ASYNC_CANCEL_ALL), 0);
    EXPECT_EQ(cancel(7), -ENOENT);
}

TEST_P(ring_queue, cancels_thousands_of_waiting_receives_quickly) {
    constexpr std::uint64_t count = 5'000;
    std::vector<connected_pair> pairs;
    for (std::uint64_t i = 1; i <= count; ++i) {
        pairs.push_back(unix_pair());
        receive_multishot(pairs.back().here.get(), i);
    }
    turn();
    const auto begin = steady::now();
    for (std::uint64_t i = 1; i <= count; ++i) {
        io_uring_sqe* request = entry();
        io_uring_prep_cancel64(request, i, 0);
        request->flags |= IOSQE_CQE_SKIP_SUCCESS;
        named(request, count + 1);
    }
    for (std::uint64_t left = count; left > 0; --left) {
        const completion_entry completion = next();
        ASSERT_LE(completion.user_data, count);
        ASSERT_EQ(completion.result, -ECANCELED);
    }
    EXPECT_LT(steady::now() - begin, 1s);
}

TEST_P(ring_queue, ends_with_operations_still_waiting) {
    const connected_pair pair = unix_pair();
    __kernel_timespec distant{1'000, 0};
    receive_multishot(pair.here.get(), 1);
    poll(pair.here.get(), POLLIN, 2);
    timeout(distant, 3);
    EXPECT_FALSE(completed_now(1));
    ring_.reset();
}

// What Docker's seccomp profile does. In a child process, since a filter cannot be taken off again.
TEST(kernel_ring_refused, throws_the_kernels_error) {
    const auto try_without_io_uring = [] {
        sock_filter program[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_io_uring_setup, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
        try {
            make_kernel_ring(8);
        } catch (const boost::system::system_error& error) {
            std::_Exit(error.code().value() == EPERM ? 0 : 2);
        }
        std::_Exit(1);
    };
    EXPECT_EXIT(try_without_io_uring(), testing::ExitedWithCode(0), "");
}

INSTANTIATE_TEST_SUITE_P(loops, ring_queue, testing::Values("uring", "epoll"), loop_name);

}  // namespace
}  // namespace glimt
