// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/command_line.hpp"

namespace glimt {

// Keeps the signals that end a server from doing it the kernel's way. The first statement of main:
// every later thread inherits it, and as process 1 of a container the kernel drops what nobody has
// asked for, but never what is blocked.
void block_serving_signals();

// Opens /dev/null in the place of standard input, output and error where a caller has closed them,
// so that a ring or a socket does not become what the log is written to.
void fill_standard_descriptors();

// Does what the command line asks for, and says how it went.
exit_status run(const command& asked);

}  // namespace glimt
