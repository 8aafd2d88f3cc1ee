// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/descriptor.hpp"
#include "core/operations.hpp"
#include "core/task.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <utility>

namespace glimt::testing {

// The other end of a connection, on the loop of what is tested. Its bytes go by plain system calls
// and polls, so that what a fault plan says of receiving and sending does not meet it.
class peer {
public:
    peer(ring_context& home, descriptor socket) : home_(&home), socket_(std::move(socket)) {}

    int socket() const { return socket_.get(); }
    void finish() { ::shutdown(socket(), SHUT_WR); }
    void close() { socket_.reset(); }
    void reset() {
        const linger now{1, 0};
        ::setsockopt(socket(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
        socket_.reset();
    }

    // False when the session does not take them all any more.
    task<bool> send(std::string bytes) {
        for (std::size_t sent = 0; sent < bytes.size();) {
            const auto n = ::send(socket(), bytes.data() + sent, bytes.size() - sent,
                                  MSG_DONTWAIT | MSG_NOSIGNAL);
            if (n > 0)
                sent += static_cast<std::size_t>(n);
            else if (errno != EAGAIN)
                co_return false;
            else
                co_await async_poll(*home_, socket(), POLLOUT, or_error);
        }
        co_return true;
    }

    // Receives until `received` holds so many bytes; false when the session ended before.
    task<bool> receive(std::size_t bytes) {
        char some[16384];
        while (received.size() < bytes) {
            const auto n = ::recv(socket(), some, sizeof some, MSG_DONTWAIT);
            if (n > 0) {
                received.append(some, static_cast<std::size_t>(n));
            } else if (n < 0 && errno == EAGAIN) {
                co_await async_poll(*home_, socket(), POLLIN, or_error);
            } else {
                was_reset = n < 0;
                co_return false;
            }
        }
        co_return true;
    }

    // Everything until the session closes.
    task<std::string> rest() {
        while (co_await receive(received.size() + 1)) {
        }
        co_return std::exchange(received, {});
    }

    std::string received;  // and not yet taken
    bool was_reset = false;

private:
    ring_context* home_;
    descriptor socket_;
};

}  // namespace glimt::testing
