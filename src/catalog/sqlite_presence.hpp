// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/descriptor.hpp"

#include <string>
#include <string_view>

namespace glimt {

// This process among those that use an SQLite file. Each has a lock on one byte of a file beside
// it, <path>-glimt, and is called by the number of its byte; the kernel takes the lock away with
// the process, and anybody can ask whether it is there. Of a database in memory there is but one.
class sqlite_presence {
public:
    // `path` is the database's; empty: in memory. Throws problem(reason::unavailable).
    explicit sqlite_presence(const std::string& path);

    const std::string& name() const noexcept { return name_; }

    // Asks the kernel; waits for nothing. A name that never was one is not alive. Any thread.
    bool is_alive(std::string_view name) const;

private:
    descriptor locks_;
    std::string name_;
};

}  // namespace glimt
