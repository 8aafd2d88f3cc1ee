// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "core/deadline.hpp"
#include "core/descriptor.hpp"
#include "core/fleet.hpp"
#include "core/receiver.hpp"
#include "core/task.hpp"

#include <boost/asio/buffer.hpp>

#include <sys/uio.h>

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

namespace glimt {

// What a connection is waiting for; says which counter and which answer its time limit means.
// `answer`: a client that has finished sending waits for its answer, or is gone.
enum class waiting_for : std::uint8_t { request, head, body, client, end, answer };

// One accepted socket: its bytes in and out, its present time limit, and whether the client is
// still there. Both protocols' sessions are written on it. Loop only; lives in its session.
//
// A limit that passes shuts the socket, so that whatever the session waits for ends as if the peer
// had, and timed_out() tells why. A client that leaves while a request is worked on aborts the
// session's child, as do the fleet's abort and nothing else. A reset tells so at once; an end may
// be that of the client's sending alone (`nc -N`), and tells so after `gone_grace`.
class connection {
public:
    connection(shard& here, descriptor socket, nursery::child& self,
               std::chrono::milliseconds gone_grace);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection();

    shard& here() const noexcept { return here_; }
    int socket() const noexcept { return socket_.get(); }
    const std::string& remote_address();  // numeric; "unix:" for unix sockets

    // What comes before anybody knows how much it is. Bodies continue with receive().
    receiver incoming;

    // Sets, replaces or (zero) lifts the time limit.
    void limit(waiting_for what, std::chrono::milliseconds patience) noexcept;
    bool timed_out() const noexcept { return timed_out_; }

    // Whether this session was told to stop at once.
    bool aborted() const noexcept { return self_.aborted(); }

    // From now until the next call with false, a client that goes aborts this session.
    void abort_when_gone(bool yes);

    // Some bytes of a body, straight into the reader's memory once `incoming` is used up. 0: the
    // peer has ended or the limit passed. Throws operation_aborted. The array
    // lives until then; who takes the bytes counts them.
    task<std::size_t> receive(std::span<const iovec> into);

    // Waits until receive() need not, or until the peer has ended or the limit passed. Throws
    // operation_aborted.
    task<> wait_for_bytes();

    // All of `bytes`; false when the peer is gone or takes none of them for as long as `patience`.
    // Leaves no time limit behind. Throws operation_aborted.
    task<bool> send(asio::const_buffer bytes, std::chrono::milliseconds patience);

    // Ends our direction, so that the peer reads the answer's end (front-ends.md 1.3).
    void finish_sending() noexcept;

    // Takes what still comes, and forgets it, until the peer ends, 64 KiB take longer than
    // `patience`, or there were `bytes_max` (0: as many as come): closing before that would let
    // the peer's kernel discard our answer.
    task<> discard_the_rest(std::chrono::milliseconds patience, std::uint64_t bytes_max);

    // Whether bytes wait in the socket itself, not yet received by anybody.
    bool bytes_pending() const noexcept;

    // Lets the peer see an error when the socket closes, not an end (front-ends.md U7).
    void reset_on_close() noexcept;

private:
    static void on_limit(void* self);
    static void on_end(void* self);
    void client_is_gone();

    shard& here_;
    descriptor socket_;
    nursery::child& self_;
    deadline limit_;
    std::chrono::milliseconds gone_grace_;
    std::string remote_;
    waiting_for waiting_ = waiting_for::request;
    bool timed_out_ = false;
    bool abort_when_gone_ = false;
};

}  // namespace glimt
