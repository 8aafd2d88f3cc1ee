// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace glimt::testing {

// A file system in memory of so many bytes, on a folder that is made for it; gone with it. Only
// this process and what it starts from then on see it. Needs root: mounted() tells.
class small_file_system {
public:
    small_file_system(const std::string& folder, std::size_t bytes);
    small_file_system(const small_file_system&) = delete;
    small_file_system& operator=(const small_file_system&) = delete;
    ~small_file_system();

    bool mounted() const noexcept { return mounted_; }

    // Takes all the room that is left, and gives it back.
    void fill() const;
    void make_room() const;

private:
    std::string folder_;
    bool mounted_ = false;
};

}  // namespace glimt::testing
