// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/store.hpp"

#include <boost/json/object.hpp>

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

namespace glimt {

// Which file a blob is to become.
struct file_target {
    std::string folder, name;
    std::optional<mode_t> mode;  // else what the umask leaves of 0666
    bool synchronous = true;     // commit() waits until the disk has it
    boost::json::object metadata;
};

// A writer into a file that appears under its name with commit(), all at once. Throws problem:
// conflict when there is a file of that name, unavailable when the folder cannot be written to.
task<std::unique_ptr<blob_writer>> create_file_writer(ring_context& home, file_target target);

// What a file that is not whole is called where it must have a name.
std::string part_path(const std::string& folder, const std::string& name);

}  // namespace glimt
