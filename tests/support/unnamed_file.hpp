// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/descriptor.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace glimt::testing {

// A file of the temporary folder with this content, open for both, which goes with its descriptor.
inline descriptor unnamed_file(const std::string& content) {
    std::string path = std::filesystem::temp_directory_path() / "glimt-file-XXXXXX";
    descriptor file(::mkostemp(path.data(), O_CLOEXEC));
    EXPECT_EQ(::unlink(path.c_str()), 0);
    EXPECT_EQ(::write(file.get(), content.data(), content.size()),
              static_cast<ssize_t>(content.size()));
    return file;
}

}  // namespace glimt::testing
