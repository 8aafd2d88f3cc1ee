// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/descriptor.hpp"
#include "core/event.hpp"
#include "core/task.hpp"

#include <utility>

namespace glimt {

// Accepts from one listening socket by a multishot operation: one entry serves any number of
// connections. Loop only. May be destroyed at any time; what it still holds is closed.
class acceptor {
public:
    acceptor(ring_context& home, int listening);
    acceptor(const acceptor&) = delete;
    acceptor& operator=(const acceptor&) = delete;
    ~acceptor();

    // The next connection, or the error that accept(2) ended with (EMFILE and the like: pause, then
    // call again). A cancelled wait reports operation_aborted and loses nothing.
    task<std::pair<error_code, descriptor>> next();

    // Ends the operation and waits, for a turn, until the kernel has let go of the socket. What was
    // accepted by then can still be taken; after it next() reports operation_aborted.
    task<> finish();

    // A connection that is already here, or nothing.
    descriptor take();

private:
    class state;
    state* state_;  // deletes itself when the kernel has let go of it
};

}  // namespace glimt
