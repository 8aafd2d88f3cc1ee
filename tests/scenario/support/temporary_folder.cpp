// SPDX-License-Identifier: Apache-2.0
#include "scenario/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

namespace glimt::testing {

temporary_folder::temporary_folder() {
    std::string name = std::filesystem::temp_directory_path() / "glimt-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr) << name;
    path_ = name;
}

temporary_folder::~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string temporary_folder::write(std::string_view name, std::string_view text) const {
    const std::string path = *this / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

std::string read_file(const std::string& path) {
    // In large pieces: binaries under test are read too.
    std::ifstream file(path, std::ios::binary);
    std::ostringstream all;
    if (file.peek() != std::ifstream::traits_type::eof()) all << file.rdbuf();
    return std::move(all).str();
}

}  // namespace glimt::testing
