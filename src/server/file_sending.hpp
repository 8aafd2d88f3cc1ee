// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/file_source.hpp"
#include "server/connection.hpp"

#include <chrono>

namespace glimt {

enum class file_sending : std::uint8_t {
    sent,
    broken,        // the client went or takes nothing, or the file ended early
    not_possible,  // the file's system cannot say what is in memory; nothing was sent
};

// Sends a part of a file whose bytes go from the page cache to the socket by themselves
// (sendfile(2)). What is not in the page cache the ring reads into it first, so that the loop never
// sleeps on a disk (design.md 2: without that it slept up to 1.5 s). `patience` is how long the
// client may take no byte. Throws operation_aborted, and what reading the file throws.
task<file_sending> send_file(connection& peer, file_part part, std::chrono::milliseconds patience);

}  // namespace glimt
