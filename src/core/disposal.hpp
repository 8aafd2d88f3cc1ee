// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/descriptor.hpp"
#include "core/ring_context.hpp"

#include <string>

// What destructors leave behind: small operations that nobody waits for. They begin in the next
// turn of the loop, in the order they were asked for, keep it until they have ended, and cannot be
// cancelled; what goes wrong with them has no consequence but the thing itself. Loop only.
namespace glimt {

// Closes a file where it may take time: the last one to close a file that was unlinked frees its
// blocks, which for a large image takes as long as many requests.
void close_later(ring_context& home, descriptor file);

// Removes the file, if it is there.
void unlink_later(ring_context& home, std::string path);

}  // namespace glimt
