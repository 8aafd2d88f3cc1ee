// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace glimt::testing {

// A folder of its own for one test, gone with it. Its name is short, because the path of a unix
// socket holds 107 bytes.
class temporary_folder {
public:
    temporary_folder();
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder();

    std::string operator/(std::string_view name) const { return path_ / name; }

    // Makes or replaces a file; returns its path.
    std::string write(std::string_view name, std::string_view text) const;

private:
    std::filesystem::path path_;
};

// The whole file; empty when there is none.
std::string read_file(const std::string& path);

}  // namespace glimt::testing
