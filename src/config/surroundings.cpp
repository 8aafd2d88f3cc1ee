// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

namespace glimt {

namespace {

constexpr std::size_t file_bytes_max = 16 << 20;

std::error_code last_error() { return {errno, std::generic_category()}; }

std::error_code read_whole(const std::string& path, std::string& text) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"),
                                                               &std::fclose);
    if (!file) return last_error();
    text.clear();
    char block[65536];
    while (const auto n = std::fread(block, 1, sizeof block, file.get())) {
        text.append(block, n);
        if (text.size() > file_bytes_max) return std::make_error_code(std::errc::file_too_large);
    }
    return std::ferror(file.get()) ? last_error() : std::error_code{};
}

std::optional<std::vector<std::string>> list(const std::string& path) {
    std::error_code ec;
    std::vector<std::string> names;
    auto at = std::filesystem::directory_iterator(path, ec);
    for (; !ec && at != std::filesystem::directory_iterator(); at.increment(ec))
        names.push_back(at->path().filename().string());
    if (ec) return std::nullopt;
    return names;
}

// The cores this process may run on, which in a container are fewer than the machine has.
unsigned core_count() {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
    return static_cast<unsigned>(std::max(1, CPU_COUNT(&cores)));
}

}  // namespace

surroundings real_surroundings() {
    surroundings world;
    world.environment = [](std::string_view name) -> std::optional<std::string> {
        const char* value = std::getenv(std::string(name).c_str());
        if (!value) return std::nullopt;
        return value;
    };
    world.read_file = read_whole;
    world.list_folder = list;
    world.cores = core_count();
    return world;
}

}  // namespace glimt
