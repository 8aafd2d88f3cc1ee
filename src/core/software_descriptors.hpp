// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/software_operation.hpp"

#include <sys/epoll.h>

#include <array>
#include <deque>
#include <span>

namespace glimt {

// Who waits for which descriptor's readiness, over an edge-triggered epoll.
//
// A descriptor may be closed and its number reused behind our back, and the kernel then forgets its
// registration silently. So every operation that begins to wait registers anew, which also makes
// epoll look again: whatever became ready between the operation's attempt and its wait is reported.
// An operation that goes on waiting (a multishot one) registers nothing more.
class software_descriptors {
public:
    software_descriptors();
    ~software_descriptors();
    software_descriptors(const software_descriptors&) = delete;
    software_descriptors& operator=(const software_descriptors&) = delete;

    // Links the operation to its descriptor `waits_on` for its `events`. Returns 0 or -errno:
    // -EBADF, or -EPERM where the descriptor is of a kind that nobody can wait for.
    int wait_for(software_operation& operation);

    // Those that wait for the descriptor, oldest first; null where nobody ever did.
    software_operations* waiting(int descriptor);

    // The descriptor is about to be closed; nobody waits for it any more.
    void forget(int descriptor);

    // Has ready() report the descriptor for as long as it is readable.
    void watch_always(int descriptor);

    // Sleeps until something is ready, at most this long (-1: without a bound, 0: not at all).
    std::span<const epoll_event> ready(int timeout_ms);

private:
    struct descriptor_state {
        software_operations waiting;
        bool registered = false;  // or was, before it was closed unseen
    };

    descriptor_state* find(int descriptor);

    const int epoll_;
    std::deque<descriptor_state> states_;  // by number; a growing deque moves none of its lists
    std::array<epoll_event, 256> ready_;
};

}  // namespace glimt
