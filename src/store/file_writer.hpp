// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/store.hpp"

#include <boost/json/object.hpp>

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// Which file a blob is to become.
struct file_target {
    std::string folder, name;
    std::optional<mode_t> mode;  // else what the umask leaves of 0666
    bool synchronous = true;     // commit() waits until the disk has it
    bool direct = false;         // past the page cache, where the file system can
    boost::json::object metadata;
};

// A writer into a file that appears under its name with commit(), all at once. Throws problem:
// conflict when there is a file of that name, unavailable when the folder cannot be written to.
task<std::unique_ptr<blob_writer>> create_file_writer(ring_context& home, file_target target);

// Whether a file in a folder is one that was to become `name` and is not whole: such a file has a
// name where the file system knows none without.
bool is_part_of(std::string_view file, std::string_view name);

}  // namespace glimt
