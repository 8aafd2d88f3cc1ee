// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/software_operation.hpp"

#include <cstdint>

namespace glimt {

// What came of one attempt at an operation.
enum class software_attempt : std::uint8_t {
    finished,  // its last completion is posted
    blocked,   // waits for its `events` at `waits_on`, both set
    paused,    // as blocked, but had its share of this turn and has more to do
    to_worker  // is for a file on a disk, or its pipe is ready for one
};

// Attempts at operations on sockets, pipes and all else that can be waited for: ACCEPT, CONNECT,
// RECV, SEND, SENDMSG, POLL_ADD, READ, READV, WRITE, WRITEV and SPLICE. Never sleeps; posts what
// completes. MSG_DONTWAIT where there is such a flag; elsewhere O_NONBLOCK, set for the one call
// (on a listening socket for good) on the open file, which others may hold too.
class software_sockets {
public:
    software_sockets(software_completions& completions, software_buffers& buffers)
        : completions_(completions), buffers_(buffers) {}

    // `ready` is what epoll reported, 0 at the first attempt. An operation that comes back as
    // blocked from its first attempt is registered with epoll afterwards.
    software_attempt attempt(software_operation& operation, std::uint32_t ready);

private:
    using operation = software_operation;

    software_attempt accept(operation& work, std::uint32_t ready);
    software_attempt connect(operation& work);
    software_attempt receive(operation& work, std::uint32_t ready);
    software_attempt receive_selected(operation& work, std::uint32_t ready);
    software_attempt send(operation& work);
    software_attempt poll(operation& work);
    software_attempt read_or_write(operation& work, std::uint32_t ready);
    software_attempt splice(operation& work);

    software_attempt finish(operation& work, std::int64_t result, std::uint32_t flags = 0);
    software_attempt failed(operation& work, int error, std::uint32_t events);
    software_attempt wait(operation& work, std::uint32_t events, software_attempt how);

    software_completions& completions_;
    software_buffers& buffers_;
};

}  // namespace glimt
