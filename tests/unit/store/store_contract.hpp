// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "core/log.hpp"
#include "store/stores.hpp"
#include "support/loop_fixture.hpp"
#include "support/sources.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace glimt::testing {

// A folder that is gone with the test.
class scratch_folder {
public:
    scratch_folder();
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    ~scratch_folder();

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

inline scratch_folder::scratch_folder() {
    std::string name = std::filesystem::temp_directory_path() / "glimt-store-XXXXXX";
    if (!::mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
    path_ = name;
}

inline scratch_folder::~scratch_folder() {
    std::error_code ec;
    std::filesystem::remove_all(path_, ec);
}

inline constexpr auto first_image = "00000000-0000-4000-8000-000000000001";
inline constexpr auto second_image = "00000000-0000-4000-8000-00000000000F";

}  // namespace glimt::testing
