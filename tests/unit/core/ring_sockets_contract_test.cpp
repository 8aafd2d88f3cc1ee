// SPDX-License-Identifier: Apache-2.0
// Connections, sending, pipes and what else is waited for, on both rings.
#include "unit/core/ring_contract.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>

#include <algorithm>
#include <csignal>

namespace glimt {
namespace {

class ring_sockets : public ring_contract {
protected:
    void SetUp() override {
        std::signal(SIGPIPE, SIG_IGN);  // as the server does: WRITE knows no MSG_NOSIGNAL
        ring_contract::SetUp();
    }

    void accept(int descriptor, std::uint64_t user_data, bool multishot, int flags = 0) {
        io_uring_sqe* request = entry();
        if (multishot)
            io_uring_prep_multishot_accept(request, descriptor, nullptr, nullptr, flags);
        else
            io_uring_prep_accept(request, descriptor, nullptr, nullptr, flags);
        named(request, user_data);
    }

    void send(int descriptor, std::string_view text, std::uint64_t user_data, int flags = 0) {
        io_uring_sqe* request = entry();
        io_uring_prep_send(request, descriptor, text.data(), text.size(), flags);
        named(request, user_data);
    }

    void read(int descriptor, void* memory, unsigned size, std::uint64_t user_data) {
        io_uring_sqe* request = entry();
        io_uring_prep_read(request, descriptor, memory, size, 0);
        named(request, user_data);
    }

    std::int32_t connect(int descriptor, listening_socket& to) {
        io_uring_sqe* request = entry();
        io_uring_prep_connect(request, descriptor, to.generic(), sizeof to.address);
        named(request, 40);
        return result_of(40);
    }

    // Reads `size` bytes from the far end while turning the ring.
    std::string drain(const owned_descriptor& from, std::size_t size) {
        std::string all;
        std::string part(65'536, '\0');
        while (all.size() < size) {
            const ssize_t n = ::recv(from.get(), part.data(), part.size(), MSG_DONTWAIT);
            if (n > 0) all.append(part, 0, static_cast<std::size_t>(n));
            if (n == 0) break;
            if (n < 0) poll(from.get(), POLLIN, 50), result_of(50);
        }
        return all;
    }

    std::array<char, 64> space_{};
};

TEST_P(ring_sockets, accept_waits_for_a_connection) {
    listening_socket listener;
    accept(listener.socket.get(), 1, false, SOCK_CLOEXEC | SOCK_NONBLOCK);
    EXPECT_FALSE(completed_now(1));
    const owned_descriptor client = listener.connect();
    const completion_entry completion = next_of(1);
    const owned_descriptor accepted(completion.result);
    EXPECT_FALSE(more_follow(completion));
    EXPECT_NE(::fcntl(accepted.get(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(accepted.get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_P(ring_sockets, accept_multishot_goes_on_until_it_is_cancelled) {
    constexpr int count = 200;
    listening_socket listener;
    std::vector<owned_descriptor> clients;
    accept(listener.socket.get(), 1, true);
    for (int i = 0; i < count; ++i) clients.push_back(listener.connect());
    for (int i = 0; i < count; ++i) {
        const completion_entry completion = next_of(1);
        const owned_descriptor accepted(completion.result);
        EXPECT_TRUE(more_follow(completion));
        EXPECT_EQ(::fcntl(accepted.get(), F_GETFL) & O_NONBLOCK, 0);
    }
    EXPECT_EQ(cancel(1), 0);
    const completion_entry last = next_of(1);
    EXPECT_EQ(last.result, -ECANCELED);
    EXPECT_FALSE(more_follow(last));
}

TEST_P(ring_sockets, accept_multishot_ends_with_an_error) {
    listening_socket listener;
    accept(listener.socket.get(), 1, true);
    EXPECT_FALSE(completed_now(1));
    ASSERT_EQ(::shutdown(listener.socket.get(), SHUT_RDWR), 0);
    const completion_entry completion = next_of(1);
    EXPECT_EQ(completion.result, -EINVAL);
    EXPECT_FALSE(more_follow(completion));
}

TEST_P(ring_sockets, accept_refuses_what_is_no_listening_socket) {
    const connected_pair pair = tcp_pair();
    accept(pair.here.get(), 1, true);
    const completion_entry completion = next_of(1);
    EXPECT_EQ(completion.result, -EINVAL);
    EXPECT_FALSE(more_follow(completion));
}

TEST_P(ring_sockets, connect_reports_success_and_refusal_and_leaves_the_flags) {
    listening_socket listener;
    const owned_descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
    const int flags = ::fcntl(client.get(), F_GETFL);
    EXPECT_EQ(connect(client.get(), listener), 0);
    EXPECT_EQ(::fcntl(client.get(), F_GETFL), flags);
    EXPECT_EQ(connect(client.get(), listener), -EISCONN);

    listener.socket.close();
    const owned_descriptor late(::socket(AF_INET, SOCK_STREAM, 0));
    EXPECT_EQ(connect(late.get(), listener), -ECONNREFUSED);
    EXPECT_EQ(connect(999'999, listener), -EBADF);
}

TEST_P(ring_sockets, connect_that_gets_no_answer_is_cancelled) {
    listening_socket listener;
    ASSERT_EQ(::listen(listener.socket.get(), 0), 0);
    const owned_descriptor queued = listener.connect();  // the backlog is full with this one
    const owned_descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
    io_uring_sqe* request = entry();
    io_uring_prep_connect(request, client.get(), listener.generic(), sizeof listener.address);
    named(request, 1);
    EXPECT_FALSE(completed_now(1));
    EXPECT_EQ(cancel(1), 0);
    EXPECT_EQ(result_of(1), -ECANCELED);
}

TEST_P(ring_sockets, send_with_waitall_sends_everything_however_slowly_it_is_read) {
    const connected_pair pair = tcp_pair();
    const std::string much = pattern(8 << 20);
    send(pair.here.get(), much, 1, MSG_WAITALL);
    EXPECT_FALSE(completed_now(1));
    EXPECT_TRUE(drain(pair.there, much.size()) == much);
    EXPECT_EQ(result_of(1), 8 << 20);
}

TEST_P(ring_sockets, send_reports_how_much_went_or_why_nothing_did) {
    connected_pair pair = tcp_pair();
    const std::string much = pattern(8 << 20);
    send(pair.here.get(), much, 1, MSG_DONTWAIT);
    const std::int32_t went = result_of(1);
    EXPECT_GT(went, 0);
    EXPECT_LT(went, 8 << 20);
    send(pair.here.get(), much, 2, MSG_DONTWAIT);
    EXPECT_EQ(result_of(2), -EAGAIN);
    send(pair.here.get(), much, 3);
    EXPECT_FALSE(completed_now(3));
    EXPECT_EQ(cancel(3), 0);
    EXPECT_EQ(result_of(3), -ECANCELED);
    ::shutdown(pair.here.get(), SHUT_WR);
    send(pair.here.get(), "x", 4);
    EXPECT_EQ(result_of(4), -EPIPE);
}

TEST_P(ring_sockets, send_that_fails_half_way_reports_the_bytes_before) {
    connected_pair pair = tcp_pair();
    const std::string much = pattern(8 << 20);
    send(pair.here.get(), much, 1, MSG_WAITALL);
    EXPECT_FALSE(completed_now(1));
    pair.there.close();  // unread bytes make this a reset
    const std::int32_t went = result_of(1);
    EXPECT_GT(went, 0);
    EXPECT_LT(went, 8 << 20);
}

TEST_P(ring_sockets, sendmsg_with_waitall_gathers_all_its_parts) {
    const connected_pair pair = tcp_pair();
    const std::string much = pattern(8 << 20);
    std::vector<iovec> parts;
    const std::size_t part_size = much.size() / 200;
    for (std::size_t begin = 0; begin < much.size(); begin += part_size)
        parts.push_back(
            {const_cast<char*>(much.data()) + begin, std::min(part_size, much.size() - begin)});
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    io_uring_sqe* request = entry();
    io_uring_prep_sendmsg(request, pair.here.get(), &message, MSG_WAITALL);
    named(request, 1);
    EXPECT_TRUE(drain(pair.there, much.size()) == much);
    EXPECT_EQ(result_of(1), 8 << 20);
}

TEST_P(ring_sockets, shutdown_ends_the_stream) {
    const connected_pair pair = tcp_pair();
    receive(pair.there.get(), space_.data(), 64, 1);
    io_uring_sqe* request = entry();
    io_uring_prep_shutdown(request, pair.here.get(), SHUT_WR);
    named(request, 2);
    EXPECT_EQ(result_of(2), 0);
    EXPECT_EQ(result_of(1), 0);
    request = entry();
    io_uring_prep_shutdown(request, 0x7fffff, SHUT_WR);
    named(request, 3);
    EXPECT_EQ(result_of(3), -EBADF);
}

// A receive, a send and several polls wait for one descriptor side by side.
TEST_P(ring_sockets, many_operations_wait_for_one_descriptor) {
    const connected_pair pair = tcp_pair();
    const std::string much = pattern(8 << 20);
    send(pair.here.get(), much, 1, MSG_WAITALL);
    poll(pair.here.get(), POLLIN, 2);
    poll(pair.here.get(), POLLIN | POLLRDHUP, 3);
    receive(pair.here.get(), space_.data(), 64, 4);
    for (const std::uint64_t each : {1, 2, 3, 4}) EXPECT_FALSE(completed_now(each));
    put(pair.there, "hello");
    EXPECT_EQ(result_of(4), 5);
    EXPECT_EQ(result_of(2) & POLLIN, POLLIN);
    EXPECT_EQ(result_of(3) & POLLIN, POLLIN);
    EXPECT_TRUE(drain(pair.there, much.size()) == much);
    EXPECT_EQ(result_of(1), 8 << 20);
    poll(pair.here.get(), POLLOUT, 5);
    EXPECT_EQ(result_of(5), POLLOUT);
}

TEST_P(ring_sockets, poll_tells_of_hang_ups_and_of_what_is_not_open) {
    connected_pair pair = unix_pair();
    poll(pair.here.get(), POLLRDHUP, 1);
    EXPECT_FALSE(completed_now(1));
    pair.there.close();
    EXPECT_NE(result_of(1) & (POLLRDHUP | POLLHUP), 0);
    poll(999'999, POLLIN, 2);
    EXPECT_EQ(result_of(2), -EBADF);
}

TEST_P(ring_sockets, read_waits_for_pipes_and_events) {
    const connected_pair pipe = pipe_pair();
    read(pipe.here.get(), space_.data(), 64, 1);
    EXPECT_FALSE(completed_now(1));
    put(pipe.there, "through");
    EXPECT_EQ(result_of(1), 7);
    EXPECT_EQ(std::string_view(space_.data(), 7), "through");

    const owned_descriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    std::uint64_t count = 0;
    for (std::uint64_t round = 1; round <= 3; ++round) {
        read(event.get(), &count, sizeof count, 2);
        EXPECT_FALSE(completed_now(2));
        ASSERT_EQ(::eventfd_write(event.get(), round), 0);
        EXPECT_EQ(result_of(2), 8);
        EXPECT_EQ(count, round);
    }
    read(event.get(), &count, sizeof count, 3);
    EXPECT_FALSE(completed_now(3));
    EXPECT_EQ(cancel(3), 0);
    EXPECT_EQ(result_of(3), -ECANCELED);
}

TEST_P(ring_sockets, write_waits_for_room_in_a_pipe) {
    connected_pair pipe = pipe_pair();
    const std::string filling(::fcntl(pipe.here.get(), F_GETPIPE_SZ), 'x');
    put(pipe.there, filling);
    io_uring_sqe* request = entry();
    io_uring_prep_write(request, pipe.there.get(), "tail", 4, -1);
    named(request, 1);
    EXPECT_FALSE(completed_now(1));
    std::string read(filling.size() + 4, '\0');
    ASSERT_EQ(::read(pipe.here.get(), read.data(), filling.size()),
              static_cast<ssize_t>(filling.size()));
    EXPECT_EQ(result_of(1), 4);
    EXPECT_EQ(::read(pipe.here.get(), read.data(), 4), 4);
    pipe.here.close();
    request = entry();
    io_uring_prep_write(request, pipe.there.get(), "tail", 4, -1);
    named(request, 2);
    EXPECT_EQ(result_of(2), -EPIPE);
}

// The number of a socket that was closed, by the ring or behind its back, serves the next socket.
TEST_P(ring_sockets, a_reused_number_is_a_new_descriptor) {
    const int number = 500;
    for (int round = 0; round < 6; ++round) {
        SCOPED_TRACE(round);
        const connected_pair pair = round % 3 == 0 ? tcp_pair() : unix_pair();
        ASSERT_EQ(::dup3(pair.here.get(), number, O_CLOEXEC), number);
        receive_multishot(number, 1);
        EXPECT_FALSE(completed_now(1));
        put(pair.there, "new");
        EXPECT_EQ(text_of(next_of(1)), "new");
        EXPECT_EQ(cancel(1), 0);
        EXPECT_EQ(result_of(1), -ECANCELED);
        if (round % 2 == 0) {
            ::close(number);
            continue;
        }
        io_uring_sqe* request = entry();
        io_uring_prep_close(request, number);
        named(request, 2);
        EXPECT_EQ(result_of(2), 0);
        EXPECT_EQ(::fcntl(number, F_GETFD), -1);
    }
}

TEST_P(ring_sockets, closing_twice_is_an_error) {
    const int number = unix_pair().here.release();
    for (const int expected : {0, -EBADF}) {
        io_uring_sqe* request = entry();
        io_uring_prep_close(request, number);
        named(request, 1);
        EXPECT_EQ(result_of(1), expected);
    }
}

// The one difference between the two rings: the kernel would let them wait on.
TEST_P(ring_sockets, close_on_epoll_cancels_what_waits_on_the_descriptor) {
    if (!on_epoll()) GTEST_SKIP() << "the kernel's ring holds what is waited for open";
    connected_pair pair = tcp_pair();
    receive_multishot(pair.here.get(), 1);
    poll(pair.here.get(), POLLIN, 2);
    EXPECT_FALSE(completed_now(1));
    io_uring_sqe* request = entry();
    io_uring_prep_close(request, pair.here.release());
    named(request, 3);
    EXPECT_EQ(result_of(1), -ECANCELED);
    EXPECT_EQ(result_of(2), -ECANCELED);
    EXPECT_EQ(result_of(3), 0);
    EXPECT_EQ(::recv(pair.there.get(), space_.data(), space_.size(), 0), 0);
}

INSTANTIATE_TEST_SUITE_P(loops, ring_sockets, testing::Values("uring", "epoll"), loop_name);

}  // namespace
}  // namespace glimt
