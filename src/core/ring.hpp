// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <liburing.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace glimt {

// What became of one submission entry: its user data, its result (>= 0, or -errno) and io_uring's
// completion flags (IORING_CQE_F_MORE, IORING_CQE_F_BUFFER and the buffer's id above them).
struct completion_entry {
    std::uint64_t user_data;
    std::int32_t result;
    std::uint32_t flags;
};

// The queue pair under a loop: submission entries in, completions out.
//
// There are two: the kernel's io_uring, and a software ring that interprets the same entries over
// epoll where io_uring is refused (a container's seccomp profile, io_uring_disabled=2). What stands
// above cannot tell them apart; one contract suite (tests/unit/core/ring_contract_test.cpp) runs on
// both. A third, fault_ring, wraps either of them and makes chosen operations fail.
//
// Belongs to one thread, the first that calls turn(); made and given buffers before that by any.
class ring {
public:
    virtual ~ring() = default;

    // A zeroed entry to be filled by liburing's io_uring_prep_* functions. It is submitted by the
    // next turn(), in order; when the queue is full, earlier ones are submitted at once. What an
    // entry points at (paths, timespecs, iovecs) stays alive until its completion.
    virtual io_uring_sqe* entry() = 0;

    // Submits all entries, with `wait` sleeps until a completion is there, and returns what has
    // completed, oldest first. The span is valid until the next turn.
    virtual std::span<const completion_entry> turn(bool wait) = 0;

    // Submits all entries made so far and looks for no completion: for a turn that goes on for
    // long, so that what it has done early is on its way while it does the rest.
    virtual void submit() = 0;

    // Hands `count` (a power of two) buffers of `size` bytes each, which begin at `memory` and
    // outlive the ring, to buffer group 0: what receives with IOSQE_BUFFER_SELECT are filled from.
    // Called once, before the first turn.
    virtual void provide_buffers(std::byte* memory, unsigned count, unsigned size) = 0;

    // Returns a buffer that a completion carried to the group.
    virtual void give_back(std::uint16_t buffer_id) = 0;

    // The descriptor that other kernel rings name in IORING_OP_MSG_RING; -1 when there is none.
    virtual int descriptor() const noexcept = 0;

    virtual std::string_view name() const noexcept = 0;  // "io_uring" or "epoll"
};

// The most completions one turn returns; the rest waits for the next turn.
inline constexpr std::size_t completions_per_turn_max = 256;

// Throws boost::system::system_error when the kernel refuses (EPERM, ENOSYS, ENOMEM, EINVAL where
// it is older than 6.1).
std::unique_ptr<ring> make_kernel_ring(unsigned entries);

// Understands NOP, ACCEPT (also multishot), CONNECT, RECV (also multishot and buffer select), SEND,
// SENDMSG, SHUTDOWN, POLL_ADD, READ, READV, WRITE, WRITEV, OPENAT, CLOSE, FSYNC, FALLOCATE,
// RENAMEAT, LINKAT, UNLINKAT, STATX, SPLICE, TIMEOUT and ASYNC_CANCEL (by user data); anything else
// completes with -EINVAL. Knows no links and no registered files; a poll completes once. Sockets
// run on epoll in the calling thread; what may sleep on a disk runs on four worker threads, which
// are started when the first such entry comes.
//
// Differs in CLOSE: it completes what waits on the descriptor with -ECANCELED, where the kernel
// lets it wait on. Whoever closes cancels first, and closes by other means only what nothing waits
// on.
std::unique_ptr<ring> make_software_ring(unsigned entries);

}  // namespace glimt
