// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/descriptor.hpp"
#include "core/task.hpp"

#include <initializer_list>

namespace glimt {

// Keeps the named signals from ending the process or interrupting a thread, from now on and in
// every thread started later. The first statement of main: as process 1 of a container the kernel
// drops signals that nobody has asked for, but never blocked ones.
void block_signals(std::initializer_list<int> numbers);

// Blocked signals as something to wait for. Loop only.
class signal_source {
public:
    signal_source(ring_context& home, std::initializer_list<int> numbers);

    // The number of the next signal. Throws operation_aborted when cancelled.
    task<int> next();

private:
    ring_context& home_;
    descriptor waiting_;
};

}  // namespace glimt
