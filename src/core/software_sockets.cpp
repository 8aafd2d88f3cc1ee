// SPDX-License-Identifier: Apache-2.0
#include "core/software_sockets.hpp"

#include "core/software_files.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace glimt {
namespace {

// The shares of one descriptor in one turn, so that a peer that floods does not hold the others up.
constexpr int accepts_per_turn_max = 64;
constexpr int receives_per_turn_max = 4;

constexpr std::uint32_t readable = EPOLLIN | EPOLLRDHUP;
constexpr std::uint32_t writable = EPOLLOUT;
static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT && EPOLLPRI == POLLPRI);

// A receive that comes back with less than it asked for has emptied a stream socket (urgent data
// aside, which we do not serve), and epoll tells when there is more; only an end that epoll has
// told already must still be fetched. This saves the call that would say EAGAIN, a tenth of a small
// request.
bool may_hold_more(std::uint32_t ready) {
    return (ready & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
}

// O_NONBLOCK for as long as this lives.
class without_blocking {
public:
    explicit without_blocking(int descriptor)
        : descriptor_(descriptor), before_(::fcntl(descriptor, F_GETFL)) {
        if (changes()) ::fcntl(descriptor_, F_SETFL, before_ | O_NONBLOCK);
    }
    ~without_blocking() {
        if (changes()) ::fcntl(descriptor_, F_SETFL, before_);
    }
    without_blocking(const without_blocking&) = delete;
    without_blocking& operator=(const without_blocking&) = delete;

private:
    bool changes() const { return before_ >= 0 && (before_ & O_NONBLOCK) == 0; }

    const int descriptor_;
    const int before_;
};

// The system call of one SEND or SENDMSG, past what earlier attempts have sent.
ssize_t send_rest(const software_operation& work) {
    const io_uring_sqe& entry = work.entry;
    const int flags =
        (static_cast<int>(entry.msg_flags) & ~MSG_WAITALL) | MSG_DONTWAIT | MSG_NOSIGNAL;
    if (entry.opcode == IORING_OP_SEND)
        return ::send(entry.fd, pointer_to<void>(entry.addr + work.done), entry.len - work.done,
                      flags);

    msghdr message = *pointer_to<msghdr>(entry.addr);
    if (work.done == 0) return ::sendmsg(entry.fd, &message, flags);
    std::array<iovec, 64> rest;  // a longer list takes several calls
    std::size_t count = 0;
    std::uint64_t skip = work.done;
    for (std::size_t i = 0; i < message.msg_iovlen && count < rest.size(); ++i) {
        const iovec& part = message.msg_iov[i];
        const std::size_t sent = std::min<std::uint64_t>(skip, part.iov_len);
        skip -= sent;
        if (sent == part.iov_len) continue;
        rest[count++] = {static_cast<std::byte*>(part.iov_base) + sent, part.iov_len - sent};
    }
    message.msg_iov = rest.data();
    message.msg_iovlen = count;
    message.msg_control = nullptr;  // went with the first bytes
    message.msg_controllen = 0;
    return ::sendmsg(entry.fd, &message, flags);
}

bool refuses_to_wait(const io_uring_sqe& entry) {
    const bool on_socket = entry.opcode == IORING_OP_RECV || entry.opcode == IORING_OP_SEND ||
                           entry.opcode == IORING_OP_SENDMSG;
    return on_socket && (entry.msg_flags & MSG_DONTWAIT) != 0;
}

std::uint64_t length_of(const io_uring_sqe& entry) {
    if (entry.opcode != IORING_OP_SENDMSG) return entry.len;
    const auto& message = *pointer_to<msghdr>(entry.addr);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < message.msg_iovlen; ++i) sum += message.msg_iov[i].iov_len;
    return sum;
}

}  // namespace

software_attempt software_sockets::attempt(operation& work, std::uint32_t ready) {
    switch (work.entry.opcode) {
        case IORING_OP_ACCEPT: return accept(work, ready);
        case IORING_OP_CONNECT: return connect(work);
        case IORING_OP_RECV:
            return (work.entry.flags & IOSQE_BUFFER_SELECT) != 0 ? receive_selected(work, ready)
                                                                 : receive(work, ready);
        case IORING_OP_SEND:
        case IORING_OP_SENDMSG: return send(work);
        case IORING_OP_POLL_ADD: return poll(work);
        case IORING_OP_SPLICE: return splice(work);
        default: return read_or_write(work, ready);
    }
}

software_attempt software_sockets::finish(operation& work, std::int64_t result,
                                          std::uint32_t flags) {
    completions_.post(work.entry, result, flags);
    return software_attempt::finished;
}

// EAGAIN is a reason to wait for `events`, unless the entry says MSG_DONTWAIT; any other error ends
// the operation, with the bytes it has moved so far where there are some.
software_attempt software_sockets::failed(operation& work, int error, std::uint32_t events) {
    if (error != EAGAIN || refuses_to_wait(work.entry))
        return finish(work, work.done > 0 ? static_cast<std::int64_t>(work.done) : -error);
    return wait(work, events, software_attempt::blocked);
}

software_attempt software_sockets::wait(operation& work, std::uint32_t events,
                                        software_attempt how) {
    work.waits_on = work.entry.fd;
    work.events = events;
    return how;
}

software_attempt software_sockets::accept(operation& work, std::uint32_t ready) {
    const io_uring_sqe& entry = work.entry;
    if (ready == 0) {
        const int flags = ::fcntl(entry.fd, F_GETFL);
        if (flags >= 0 && (flags & O_NONBLOCK) == 0) ::fcntl(entry.fd, F_SETFL, flags | O_NONBLOCK);
    }
    for (int i = 0; i < accepts_per_turn_max; ++i) {
        const int accepted =
            ::accept4(entry.fd, pointer_to<sockaddr>(entry.addr),
                      pointer_to<socklen_t>(entry.addr2), static_cast<int>(entry.accept_flags));
        if (accepted < 0) return failed(work, errno, readable);
        if ((entry.ioprio & IORING_ACCEPT_MULTISHOT) == 0) return finish(work, accepted);
        completions_.post(entry, accepted, IORING_CQE_F_MORE);
    }
    return wait(work, readable, software_attempt::paused);
}

// The same call a second time tells how the attempt that began with the first one ended.
software_attempt software_sockets::connect(operation& work) {
    const io_uring_sqe& entry = work.entry;
    const without_blocking guard(entry.fd);
    const int result =
        ::connect(entry.fd, pointer_to<sockaddr>(entry.addr), static_cast<socklen_t>(entry.off));
    if (result == 0) return finish(work, 0);
    if (errno != EINPROGRESS && !(errno == EALREADY && work.began)) return finish(work, -errno);
    work.began = true;
    return failed(work, EAGAIN, writable);
}

software_attempt software_sockets::receive(operation& work, std::uint32_t ready) {
    const io_uring_sqe& entry = work.entry;
    const int flags = (static_cast<int>(entry.msg_flags) & ~MSG_WAITALL) | MSG_DONTWAIT;
    for (;;) {
        const std::size_t wanted = entry.len - work.done;
        const ssize_t n = ::recv(entry.fd, pointer_to<void>(entry.addr + work.done), wanted, flags);
        if (n < 0) return failed(work, errno, readable);
        work.done += static_cast<std::uint64_t>(n);
        const bool more_is_wanted = (entry.msg_flags & MSG_WAITALL) != 0 && work.done < entry.len;
        if (n == 0 || !more_is_wanted) return finish(work, static_cast<std::int64_t>(work.done));
        if (!may_hold_more(ready)) return failed(work, EAGAIN, readable);
    }
}

software_attempt software_sockets::receive_selected(operation& work, std::uint32_t ready) {
    const io_uring_sqe& entry = work.entry;
    const bool multishot = (entry.ioprio & IORING_RECV_MULTISHOT) != 0;
    const std::size_t size =
        entry.len == 0 ? buffers_.size() : std::min<std::size_t>(entry.len, buffers_.size());
    const int flags = (static_cast<int>(entry.msg_flags) & ~MSG_WAITALL) | MSG_DONTWAIT;
    for (int i = 0; i < receives_per_turn_max; ++i) {
        if (buffers_.empty()) return finish(work, -ENOBUFS);
        const ssize_t n = ::recv(entry.fd, buffers_.next(), size, flags);
        if (n < 0) return failed(work, errno, readable);
        if (n == 0) return finish(work, 0);

        const unsigned buffer = buffers_.take();
        const unsigned which = IORING_CQE_F_BUFFER | buffer << IORING_CQE_BUFFER_SHIFT;
        if (!multishot) return finish(work, n, which);
        completions_.post(entry, n, which | IORING_CQE_F_MORE);
        if (static_cast<std::size_t>(n) < size && !may_hold_more(ready))
            return failed(work, EAGAIN, readable);
    }
    return wait(work, readable, software_attempt::paused);
}

software_attempt software_sockets::send(operation& work) {
    const bool all = (work.entry.msg_flags & MSG_WAITALL) != 0;
    for (;;) {
        const ssize_t n = send_rest(work);
        if (n < 0) return failed(work, errno, writable);
        work.done += static_cast<std::uint64_t>(n);
        if (!all || work.done >= length_of(work.entry))
            return finish(work, static_cast<std::int64_t>(work.done));
    }
}

// Asks the descriptor itself, since what epoll reported may be of one that had the same number.
software_attempt software_sockets::poll(operation& work) {
    const io_uring_sqe& entry = work.entry;
    if (entry.len != 0) return finish(work, -EINVAL);  // multishot and updates
    pollfd asked{entry.fd, static_cast<short>(entry.poll32_events), 0};
    const int count = ::poll(&asked, 1, 0);
    if (count < 0) return finish(work, -errno);
    if (count == 0) return failed(work, EAGAIN, entry.poll32_events & 0xffff);
    return finish(work, (asked.revents & POLLNVAL) != 0 ? -EBADF : asked.revents);
}

software_attempt software_sockets::read_or_write(operation& work, std::uint32_t ready) {
    if (ready == 0 && is_on_disk(work.entry.fd)) return software_attempt::to_worker;
    const bool reads = work.entry.opcode == IORING_OP_READ || work.entry.opcode == IORING_OP_READV;
    const without_blocking guard(work.entry.fd);
    io_uring_sqe stream = work.entry;
    stream.off = ~std::uint64_t{0};  // what can be waited for has no offsets; io_uring ignores them
    const std::int32_t result = run_file_operation(stream);
    return result < 0 ? failed(work, -result, reads ? readable : writable) : finish(work, result);
}

// Waits for whichever end is not ready. Once both are, a file's part is for a worker, who finds the
// pipe ready.
software_attempt software_sockets::splice(operation& work) {
    const int in = work.entry.splice_fd_in;
    const int out = work.entry.fd;
    std::array<pollfd, 2> ends{{{in, POLLIN, 0}, {out, POLLOUT, 0}}};
    ::poll(ends.data(), ends.size(), 0);
    for (const pollfd& end : ends) {
        if (end.revents != 0) continue;
        work.waits_on = end.fd;
        work.events = end.fd == in ? readable : writable;
        return software_attempt::blocked;
    }
    if (is_on_disk(in) || is_on_disk(out)) return software_attempt::to_worker;
    const without_blocking guard_in(in);
    const without_blocking guard_out(out);
    const std::int32_t result = run_file_operation(work.entry);
    return result < 0 ? failed(work, -result, writable) : finish(work, result);
}

}  // namespace glimt
