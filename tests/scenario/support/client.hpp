// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/descriptor.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace glimt::testing {

using namespace std::chrono_literals;

// One HTTP answer as it came. Status 0: the connection ended, or time ran out, before its head had.
struct reply {
    unsigned status = 0;
    std::string head;  // status line and header lines, without the blank one
    std::string body;
    bool complete = false;  // the body is as long as its framing says

    // The value of a header, by its name in any case; empty when it is not there.
    std::string header(std::string_view name) const;
};

// How a connection looks from here.
enum class ending { open, orderly, reset };

// A client that says exactly the bytes it is told to. Blocking, but never for longer than a limit:
// an operation that takes longer fails the test.
class client {
public:
    struct options {
        int receive_buffer_bytes = 0;  // of the kernel; 0: as it likes. Small: a slow reader.
    };

    // An address as glimt prints it: host:port, unix:/path, unix:@name. A failure fails the test,
    // connected() tells.
    explicit client(const std::string& address, const options& with);
    explicit client(const std::string& address) : client(address, options{}) {}

    // Whether somebody accepts connections there.
    static bool can_connect(const std::string& address);

    bool connected() const noexcept { return connected_; }
    int socket() const noexcept { return socket_.get(); }

    // All of `bytes`, or the test fails.
    void send(std::string_view bytes);
    // As much of `bytes` as can be sent; less when the peer has closed or does not read for
    // `limit`.
    std::size_t try_send(std::string_view bytes, std::chrono::milliseconds limit = 10s);
    void finish_sending();

    // Closes so that the peer sees a reset, or an orderly end.
    void reset();
    void close() { socket_.reset(); }

    // One answer by its framing (RFC 9112 6.3). An informational one is an answer of its own.
    reply read_reply(bool to_head = false, std::chrono::milliseconds limit = 10s);

    // Everything until the end. The test fails when the end does not come in time.
    std::string read_until_end(std::chrono::milliseconds limit = 10s);

    // Whether bytes or the end have come, or come within `limit`.
    bool readable_within(std::chrono::milliseconds limit) const;

    // Waits until the peer closes, forgetting what it sends before.
    ending end_within(std::chrono::milliseconds limit);
    bool is_closed_within(std::chrono::milliseconds limit) {
        return end_within(limit) != ending::open;
    }

private:
    using time_point = std::chrono::steady_clock::time_point;

    bool receive_until(time_point end);  // more into received_; false: no more will come
    bool receive_body(reply& into, std::size_t bytes, time_point end);
    bool receive_chunks(reply& into, time_point end);
    std::string take(std::size_t bytes);

    descriptor socket_;
    bool connected_ = false;
    ending ending_ = ending::open;
    std::string received_;  // and not yet asked for
};

}  // namespace glimt::testing
