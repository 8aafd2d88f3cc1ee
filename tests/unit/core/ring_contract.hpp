// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ring.hpp"

#include <gtest/gtest.h>
#include <boost/system/system_error.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the contract suites of the two rings share.
namespace glimt {

// A descriptor the test owns.
class owned_descriptor {
public:
    owned_descriptor() = default;
    explicit owned_descriptor(int number) : number_(number) {
        if (number < 0) throw boost::system::system_error(errno, boost::system::system_category());
    }
    owned_descriptor(owned_descriptor&& other) noexcept
        : number_(std::exchange(other.number_, -1)) {}
    owned_descriptor& operator=(owned_descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~owned_descriptor() { close(); }

    int get() const { return number_; }
    int release() { return std::exchange(number_, -1); }
    void close() {
        if (number_ >= 0) ::close(release());
    }

private:
    int number_ = -1;
};

struct connected_pair {
    owned_descriptor here;
    owned_descriptor there;
};

struct listening_socket {
    listening_socket() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(socket.get(), generic(), sizeof address), 0);
        EXPECT_EQ(::listen(socket.get(), 512), 0);
        socklen_t size = sizeof address;
        EXPECT_EQ(::getsockname(socket.get(), generic(), &size), 0);
    }
    sockaddr* generic() { return reinterpret_cast<sockaddr*>(&address); }

    owned_descriptor connect() {
        owned_descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        EXPECT_EQ(::connect(client.get(), generic(), sizeof address), 0);
        return client;
    }

    owned_descriptor socket;
    sockaddr_in address{};
};

inline connected_pair tcp_pair() {
    listening_socket listener;
    owned_descriptor there = listener.connect();
    return {owned_descriptor(::accept(listener.socket.get(), nullptr, nullptr)), std::move(there)};
}

inline connected_pair unix_pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    return {owned_descriptor(ends[0]), owned_descriptor(ends[1])};
}

// `here` is read from, `there` written to.
inline connected_pair pipe_pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    return {owned_descriptor(ends[0]), owned_descriptor(ends[1])};
}

inline std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i * 7 % 251 % 26);
    return text;
}

inline void put(const owned_descriptor& to, std::string_view text) {
    ASSERT_EQ(::write(to.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

// Runs a suite on "uring" and on "epoll"; where the kernel refuses io_uring that half is skipped.
class ring_contract : public testing::TestWithParam<const char*> {
protected:
    static constexpr unsigned buffer_count = 8;
    static constexpr unsigned buffer_size = 512;

    void SetUp() override {
        ring_ = make(64);
        if (!ring_) GTEST_SKIP() << "the kernel refuses io_uring: " << refusal_;
        memory_.resize(std::size_t{buffer_count} * buffer_size);
        ring_->provide_buffers(memory_.data(), buffer_count, buffer_size);
    }

    bool on_epoll() const { return std::string_view(GetParam()) == "epoll"; }

    std::unique_ptr<ring> make(unsigned entries) {
        if (on_epoll()) return make_software_ring(entries);
        try {
            return make_kernel_ring(entries);
        } catch (const boost::system::system_error& error) {
            refusal_ = error.what();
            return nullptr;
        }
    }

    io_uring_sqe* entry() { return ring_->entry(); }

    // Gives the entry its name and leaves it to the next turn.
    static void named(io_uring_sqe* entry, std::uint64_t user_data) {
        entry->user_data = user_data;
    }

    // The next completion, whosever it is. Throws after ten seconds without one.
    completion_entry next() {
        start_watchdog();
        while (pending_.empty()) take(ring_->turn(true));
        const completion_entry first = pending_.front();
        pending_.pop_front();
        if (first.user_data == watchdog) throw std::runtime_error("nothing completed");
        return first;
    }

    // The next completion of this entry; others are kept for later.
    completion_entry next_of(std::uint64_t user_data) {
        if (const auto kept = already(user_data)) return *kept;
        start_watchdog();
        for (;;) {
            take(ring_->turn(true));
            if (const auto found = already(user_data)) return *found;
            if (already(watchdog)) throw std::runtime_error("nothing completed");
        }
    }

    std::int32_t result_of(std::uint64_t user_data) { return next_of(user_data).result; }

    // A turn without waiting.
    void turn() { take(ring_->turn(false)); }

    // What completes without waiting, and one turn more to be sure.
    std::optional<completion_entry> completed_now(std::uint64_t user_data) {
        for (int i = 0; i < 2; ++i) turn();
        return already(user_data);
    }

    std::int32_t cancel(std::uint64_t target, int flags = 0) {
        io_uring_sqe* request = entry();
        io_uring_prep_cancel64(request, target, flags);
        named(request, cancellation);
        return result_of(cancellation);
    }

    void receive(int descriptor, void* memory, std::size_t size, std::uint64_t user_data,
                 int flags = 0) {
        io_uring_sqe* request = entry();
        io_uring_prep_recv(request, descriptor, memory, size, flags);
        named(request, user_data);
    }

    void receive_multishot(int descriptor, std::uint64_t user_data) {
        io_uring_sqe* request = entry();
        io_uring_prep_recv_multishot(request, descriptor, nullptr, 0, 0);
        request->flags |= IOSQE_BUFFER_SELECT;
        named(request, user_data);
    }

    void poll(int descriptor, unsigned events, std::uint64_t user_data) {
        io_uring_sqe* request = entry();
        io_uring_prep_poll_add(request, descriptor, events);
        named(request, user_data);
    }

    // What a completion brought in a buffer, which goes back to the group.
    std::string text_of(const completion_entry& completion) {
        if ((completion.flags & IORING_CQE_F_BUFFER) == 0) {
            ADD_FAILURE() << "no buffer, but the result " << completion.result;
            return {};
        }
        const auto id = static_cast<std::uint16_t>(completion.flags >> IORING_CQE_BUFFER_SHIFT);
        const auto* begin = reinterpret_cast<const char*>(memory_.data());
        std::string text(begin + std::size_t{id} * buffer_size,
                         static_cast<std::size_t>(completion.result));
        ring_->give_back(id);
        return text;
    }

    static bool more_follow(const completion_entry& completion) {
        return (completion.flags & IORING_CQE_F_MORE) != 0;
    }

    std::vector<std::byte> memory_;
    std::unique_ptr<ring> ring_;

private:
    static constexpr std::uint64_t watchdog = ~std::uint64_t{0};
    static constexpr std::uint64_t cancellation = watchdog - 1;

    void start_watchdog() {
        if (std::exchange(watched_, true)) return;
        io_uring_sqe* request = entry();
        io_uring_prep_timeout(request, &patience_, 0, 0);
        named(request, watchdog);
    }

    void take(std::span<const completion_entry> completions) {
        pending_.insert(pending_.end(), completions.begin(), completions.end());
    }

    std::optional<completion_entry> already(std::uint64_t user_data) {
        for (auto it = pending_.begin(); it != pending_.end(); ++it) {
            if (it->user_data != user_data) continue;
            const completion_entry found = *it;
            pending_.erase(it);
            return found;
        }
        return std::nullopt;
    }

    std::deque<completion_entry> pending_;
    __kernel_timespec patience_{10, 0};
    bool watched_ = false;
    std::string refusal_;
};

inline std::string loop_name(const testing::TestParamInfo<const char*>& tested) {
    return tested.param;
}

}  // namespace glimt
