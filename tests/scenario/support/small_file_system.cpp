// SPDX-License-Identifier: Apache-2.0
#include "scenario/support/small_file_system.hpp"

#include "core/descriptor.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <vector>

namespace glimt::testing {

namespace {

constexpr auto filler = "/filler";

// Mounts of this process from now on are its own, and its children's.
bool mounts_are_private() {
    static const bool done = ::unshare(CLONE_NEWNS) == 0 &&
                             ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    return done;
}

}  // namespace

small_file_system::small_file_system(const std::string& folder, std::size_t bytes)
    : folder_(folder) {
    std::filesystem::create_directories(folder);
    const auto size = "size=" + std::to_string(bytes);
    mounted_ =
        mounts_are_private() && ::mount("tmpfs", folder.c_str(), "tmpfs", 0, size.c_str()) == 0;
}

small_file_system::~small_file_system() {
    if (mounted_) EXPECT_EQ(::umount2(folder_.c_str(), MNT_DETACH), 0) << errno;
}

void small_file_system::fill() const {
    const descriptor file(::open((folder_ + filler).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const std::vector<char> page(4096);
    while (::write(file.get(), page.data(), page.size()) > 0) continue;
    EXPECT_EQ(errno, ENOSPC);
}

void small_file_system::make_room() const { std::filesystem::remove(folder_ + filler); }

}  // namespace glimt::testing
