// SPDX-License-Identifier: Apache-2.0
#include "server/file_sending.hpp"

#include "core/operations.hpp"

#include <boost/asio/post.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>

namespace glimt {
namespace {

// Of one turn of the loop; then other connections have theirs.
constexpr std::uint64_t turn_bytes = 2 * 1024 * 1024;

// The kernel reads ahead in pieces of this size: what is true of a byte is of its neighbours.
constexpr std::uint64_t probe_bytes = 128 * 1024;

enum class presence : std::uint8_t { cached, missing, unknown };

// Whether the byte is in memory; asks without ever waiting for it.
presence probe(int file, std::uint64_t offset) {
    char byte;
    const iovec where{&byte, 1};
    const auto n = ::preadv2(file, &where, 1, static_cast<off_t>(offset), RWF_NOWAIT);
    if (n >= 0) return presence::cached;  // or the file has ended, which sendfile notices too
    return errno == EAGAIN ? presence::missing : presence::unknown;
}

presence probe(const file_part& part) {
    for (std::uint64_t at = 0; at < part.bytes; at += probe_bytes)
        if (const auto found = probe(part.file, part.offset + at); found != presence::cached)
            return found;
    return probe(part.file, part.offset + part.bytes - 1);
}

// Has the kernel read the part into its cache; what it is read to on the way is not looked at.
task<> read_into_cache(shard& here, const file_part& part) {
    const auto memory = co_await here.buffers.acquire();
    for (std::uint64_t at = 0; at < part.bytes;) {
        const auto wanted = std::min<std::uint64_t>(memory.whole().size(), part.bytes - at);
        const iovec where{memory.whole().data(), static_cast<std::size_t>(wanted)};
        const auto n = co_await async_read_at(here.loop, part.file, std::span(&where, 1),
                                              part.offset + at, or_throw);
        if (n == 0) co_return;
        at += n;
    }
}

// The ring wants sockets that may block (it waits for them by itself), sendfile one that does not.
class without_blocking {
public:
    explicit without_blocking(int socket) : socket_(socket), flags_(::fcntl(socket, F_GETFL)) {
        ::fcntl(socket_, F_SETFL, flags_ | O_NONBLOCK);
    }
    without_blocking(const without_blocking&) = delete;
    without_blocking& operator=(const without_blocking&) = delete;
    ~without_blocking() { ::fcntl(socket_, F_SETFL, flags_); }

private:
    int socket_, flags_;
};

// How many bytes the socket took; -1 with errno.
ssize_t send_some(int socket, const file_part& part) {
    const without_blocking now(socket);
    auto offset = static_cast<off_t>(part.offset);
    return ::sendfile(socket, part.file, &offset, part.bytes);
}

// False: the client takes nothing for as long as `patience`, or cannot any more.
task<bool> wait_until_writable(connection& peer, std::chrono::milliseconds patience) {
    peer.limit(waiting_for::client, patience);
    auto [ec, events] = co_await async_poll(peer.here().loop, peer.socket(), POLLOUT, or_error);
    if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
    peer.limit(waiting_for::client, {});
    co_return !ec && !peer.timed_out();
}

}  // namespace

task<file_sending> send_file(connection& peer, file_part part, std::chrono::milliseconds patience) {
    for (bool begun = false; part.bytes > 0;) {
        const file_part next{part.file, part.offset, std::min(part.bytes, turn_bytes)};
        const auto found = probe(next);
        if (found == presence::unknown && !begun) co_return file_sending::not_possible;
        begun = true;
        if (found != presence::cached) co_await read_into_cache(peer.here(), next);
        const auto n = send_some(peer.socket(), next);
        if (n > 0) {
            const auto sent = static_cast<std::uint64_t>(n);
            peer.here().counters.bytes_sent.add(sent);
            part.offset += sent;
            part.bytes -= sent;
            co_await asio::post(peer.here().loop.get_executor(), or_throw);
        } else if (n < 0 && errno == EAGAIN) {
            if (!co_await wait_until_writable(peer, patience)) co_return file_sending::broken;
        } else {
            co_return file_sending::broken;
        }
    }
    co_return file_sending::sent;
}

}  // namespace glimt
