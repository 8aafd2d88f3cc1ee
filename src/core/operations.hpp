// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/operation.hpp"

#include <boost/asio/buffer.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>

// The ring's operations, each an ordinary Asio asynchronous operation: any completion token, any
// cancellation type. Descriptors and memory given to one stay valid until it completes. What comes
// in series (accepted connections, received heads) is in acceptor.hpp and receiver.hpp.
namespace glimt {

// --- sockets -------------------------------------------------------------------------------------

// Receives some bytes; 0 is the peer's end. `flags` as recv(2): MSG_WAITALL, MSG_TRUNC, MSG_PEEK.
template <class Token>
auto async_receive(ring_context& home, int socket, asio::mutable_buffer into, int flags,
                   Token&& token) {
    return async_submit<std::size_t>(
        home,
        [=](io_uring_sqe* e) { io_uring_prep_recv(e, socket, into.data(), into.size(), flags); },
        std::forward<Token>(token));
}

// The same into several buffers in turn; their array outlives the call. (READV, which asks for no
// message head: fault plans call it a read.)
template <class Token>
auto async_receive(ring_context& home, int socket, std::span<const iovec> into, Token&& token) {
    return async_submit<std::size_t>(
        home,
        [=](io_uring_sqe* e) {
            io_uring_prep_readv(e, socket, into.data(), static_cast<unsigned>(into.size()), 0);
        },
        std::forward<Token>(token));
}

// Sends all of `bytes`; fewer than that means that the peer has gone in between.
template <class Token>
auto async_send(ring_context& home, int socket, asio::const_buffer bytes, Token&& token) {
    return async_submit<std::size_t>(
        home,
        [=](io_uring_sqe* e) {
            io_uring_prep_send(e, socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_WAITALL);
        },
        std::forward<Token>(token));
}

// Sends what the socket takes now, at least one byte: for large texts, whose progress matters.
template <class Token>
auto async_send_some(ring_context& home, int socket, asio::const_buffer bytes, Token&& token) {
    return async_submit<std::size_t>(
        home,
        [=](io_uring_sqe* e) {
            io_uring_prep_send(e, socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        },
        std::forward<Token>(token));
}

template <class Token>
auto async_connect(ring_context& home, int socket, const sockaddr_storage& to, socklen_t bytes,
                   Token&& token) {
    struct prepare {
        int socket;
        sockaddr_storage to;
        socklen_t bytes;
        void operator()(io_uring_sqe* e) const {
            io_uring_prep_connect(e, socket, reinterpret_cast<const sockaddr*>(&to), bytes);
        }
    };
    return async_submit<void>(home, prepare{socket, to, bytes}, std::forward<Token>(token));
}

// Waits until one of `events` (poll(2)) holds; completes with those that do.
template <class Token>
auto async_poll(ring_context& home, int descriptor, unsigned events, Token&& token) {
    return async_submit<int>(
        home, [=](io_uring_sqe* e) { io_uring_prep_poll_add(e, descriptor, events); },
        std::forward<Token>(token));
}

// --- time ----------------------------------------------------------------------------------------

// Time that is over already ends in the next turn, without an error.
template <class Token>
auto async_sleep(ring_context& home, std::chrono::nanoseconds duration, Token&& token) {
    struct prepare {
        __kernel_timespec duration;
        void operator()(io_uring_sqe* e) { io_uring_prep_timeout(e, &duration, 0, 0); }
        static int translate(int result) { return result == -ETIME ? 0 : result; }
    };
    duration = std::max(duration, std::chrono::nanoseconds(0));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
    return async_submit<void>(home, prepare{{seconds.count(), (duration - seconds).count()}},
                              std::forward<Token>(token));
}

// --- files ---------------------------------------------------------------------------------------

// Reads some bytes at `offset`; 0 is the end of the file. The array of buffers outlives the call.
template <class Token>
auto async_read_at(ring_context& home, int file, std::span<const iovec> into, std::uint64_t offset,
                   Token&& token) {
    return async_submit<std::size_t>(
        home,
        [=](io_uring_sqe* e) {
            io_uring_prep_readv(e, file, into.data(), static_cast<unsigned>(into.size()), offset);
        },
        std::forward<Token>(token));
}

// Writes some bytes at `offset`: all of them, unless the disk is full or a limit is met.
template <class Token>
auto async_write_at(ring_context& home, int file, std::span<const iovec> from, std::uint64_t offset,
                    Token&& token) {
    return async_submit<std::size_t>(
        home,
        [=](io_uring_sqe* e) {
            io_uring_prep_writev(e, file, from.data(), static_cast<unsigned>(from.size()), offset);
        },
        std::forward<Token>(token));
}

// Opens `path` below the directory `at` (AT_FDCWD: the working directory). Completes with the
// descriptor, which the caller owns.
template <class Token>  // NOLINTNEXTLINE(readability-function-size): as openat(2)
auto async_open(ring_context& home, int at, std::string path, int flags, mode_t mode,
                Token&& token) {
    struct prepare {
        int at;
        std::string path;
        int flags;
        mode_t mode;
        void operator()(io_uring_sqe* e) const {
            io_uring_prep_openat(e, at, path.c_str(), flags | O_CLOEXEC, mode);
        }
    };
    return async_submit<int>(home, prepare{at, std::move(path), flags, mode},
                             std::forward<Token>(token));
}

template <class Token>
auto async_close(ring_context& home, int descriptor, Token&& token) {
    return async_submit<void>(
        home, [=](io_uring_sqe* e) { io_uring_prep_close(e, descriptor); },
        std::forward<Token>(token));
}

enum class sync_what : std::uint8_t { data, data_and_metadata };

template <class Token>
auto async_fsync(ring_context& home, int file, sync_what what, Token&& token) {
    const unsigned flags = what == sync_what::data ? IORING_FSYNC_DATASYNC : 0;
    return async_submit<void>(
        home, [=](io_uring_sqe* e) { io_uring_prep_fsync(e, file, flags); },
        std::forward<Token>(token));
}

enum class rename_how : unsigned {
    replacing = 0,
    if_absent = RENAME_NOREPLACE,  // EEXIST when `to` is there; EINVAL where that is unknown (NFS)
};

template <class Token>
auto async_rename(ring_context& home, int at, std::string from, std::string to, rename_how how,
                  Token&& token) {
    struct prepare {
        int at;
        std::string from, to;
        rename_how how;
        void operator()(io_uring_sqe* e) const {
            io_uring_prep_renameat(e, at, from.c_str(), at, to.c_str(), unsigned(how));
        }
    };
    return async_submit<void>(home, prepare{at, std::move(from), std::move(to), how},
                              std::forward<Token>(token));
}

// Gives a file that has no name yet (O_TMPFILE) this one; EEXIST when it is taken. Needs /proc.
template <class Token>
auto async_link(ring_context& home, int file, std::string to, Token&& token) {
    struct prepare {
        std::string from, to;
        void operator()(io_uring_sqe* e) const {
            io_uring_prep_linkat(e, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(),
                                 AT_SYMLINK_FOLLOW);
        }
    };
    return async_submit<void>(home, prepare{"/proc/self/fd/" + std::to_string(file), std::move(to)},
                              std::forward<Token>(token));
}

template <class Token>
auto async_unlink(ring_context& home, int at, std::string path, Token&& token) {
    struct prepare {
        int at;
        std::string path;
        void operator()(io_uring_sqe* e) const { io_uring_prep_unlinkat(e, at, path.c_str(), 0); }
    };
    return async_submit<void>(home, prepare{at, std::move(path)}, std::forward<Token>(token));
}

// Fills `into`, which outlives the operation.
template <class Token>  // NOLINTNEXTLINE(readability-function-size): as statx(2)
auto async_statx(ring_context& home, int at, std::string path, unsigned mask, struct statx& into,
                 Token&& token) {
    struct prepare {
        int at;
        std::string path;
        unsigned mask;
        struct statx* into;
        void operator()(io_uring_sqe* e) const {
            io_uring_prep_statx(e, at, path.c_str(), 0, mask, into);
        }
    };
    return async_submit<void>(home, prepare{at, std::move(path), mask, &into},
                              std::forward<Token>(token));
}

// The same of a file that is open, whatever has become of its name.
template <class Token>
auto async_statx(ring_context& home, int file, unsigned mask, struct statx& into, Token&& token) {
    return async_submit<void>(
        home,
        [=, into = &into](io_uring_sqe* e) {
            io_uring_prep_statx(e, file, "", AT_EMPTY_PATH, mask, into);
        },
        std::forward<Token>(token));
}

// Moves up to `bytes` between a pipe and a file or socket without passing through user space; an
// offset of -1 is the descriptor's own. Completes with how many; 0 is the end.
template <class Token>  // NOLINTNEXTLINE(readability-function-size): as splice(2)
auto async_splice(ring_context& home, int from, std::int64_t from_offset, int to,
                  std::int64_t to_offset, unsigned bytes, Token&& token) {
    return async_submit<std::size_t>(
        home,
        [=](io_uring_sqe* e) {
            io_uring_prep_splice(e, from, from_offset, to, to_offset, bytes, 0);
        },
        std::forward<Token>(token));
}

}  // namespace glimt
