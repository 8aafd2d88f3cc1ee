// SPDX-License-Identifier: Apache-2.0
#include "auth/operator_files.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace glimt {
namespace {

constexpr std::size_t file_bytes_max = 1 << 20;

bool exists(const std::string& path) {
    struct ::stat found{};
    return ::stat(path.c_str(), &found) == 0;
}

}  // namespace

std::optional<std::string> find_operator_file(const settings& options, const std::string& name) {
    if (name.empty()) return std::nullopt;
    if (name.starts_with('/')) return exists(name) ? std::optional(name) : std::nullopt;
    for (const auto& folder : options.config_folders)
        if (auto path = folder + "/" + name; exists(path)) return path;
    return std::nullopt;
}

std::optional<std::string> read_operator_file(const std::string& path,
                                              std::vector<std::string>& errors) {
    std::ifstream in(path, std::ios::binary);
    std::string text(file_bytes_max + 1, '\0');
    if (in) {
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(in.gcount()));
    }
    if (!in.is_open() || in.bad()) {
        errors.push_back(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
        return std::nullopt;
    }
    if (text.size() > file_bytes_max) {
        errors.push_back(fmt::format("{}: it is larger than 1 MiB", path));
        return std::nullopt;
    }
    return text;
}

}  // namespace glimt
