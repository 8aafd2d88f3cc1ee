// SPDX-License-Identifier: Apache-2.0
#include "auth/policy_files.hpp"

#include "auth/operator_files.hpp"
#include "auth/policy_document.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

namespace glimt {
namespace {

// With zeros for one that is gone by now.
policy_files::state::file file_at(std::string path) {
    policy_files::state::file file{.path = std::move(path)};
    struct ::stat found{};
    if (::stat(file.path.c_str(), &found) != 0) return file;
    file.modified_ns = found.st_mtim.tv_sec * std::int64_t{1'000'000'000} + found.st_mtim.tv_nsec;
    file.changed_ns = found.st_ctim.tv_sec * std::int64_t{1'000'000'000} + found.st_ctim.tv_nsec;
    file.inode = found.st_ino;
    file.bytes = static_cast<std::uint64_t>(found.st_size);
    return file;
}

// Files of the folder by name, as oslo.policy takes them: none of its folders, none hidden. Rules
// that cannot be seen are not rules that are not there.
std::vector<std::string> files_in(const std::string& folder, std::vector<std::string>& unseen) {
    std::vector<std::string> paths;
    std::error_code ec;
    const auto note = [&](const std::string& path, const std::error_code& why) {
        if (why && why != std::errc::no_such_file_or_directory)
            unseen.push_back(path + ": cannot be read: " + why.message());
    };
    for (std::filesystem::directory_iterator each(folder, ec), end; !ec && each != end;
         each.increment(ec)) {
        std::error_code gone;
        const bool is_folder = each->is_directory(gone);
        const auto name = each->path().filename().string();
        note(each->path().string(), gone);
        if (!gone && !is_folder && !name.starts_with('.')) paths.push_back(folder + "/" + name);
    }
    note(folder, ec);
    std::ranges::sort(paths);
    return paths;
}

}  // namespace

policy_files::state policy_files::look() const {
    state seen;
    const auto& named = options_.policy_file;
    // A whole path must be there: reading will tell.
    auto main = named.starts_with('/') ? std::optional(named) : find_operator_file(options_, named);
    // Only who does not name a file may still have one of the older form.
    if (!main && !options_.policy_file_is_named) main = find_operator_file(options_, "policy.json");
    if (main) seen.files.push_back(file_at(std::move(*main)));
    for (const auto& name : options_.policy_dirs)
        if (const auto folder = find_operator_file(options_, name))
            for (auto& path : files_in(*folder, seen.unseen))
                seen.files.push_back(file_at(std::move(path)));
    return seen;
}

policy_options policy_files::read(const state& seen, std::vector<std::string>& errors) const {
    policy_options out;
    out.enforce_new_defaults = options_.enforce_new_defaults;
    out.enforce_scope = options_.enforce_scope;
    out.default_rule = options_.policy_default_rule;
    std::ranges::copy(seen.unseen, std::back_inserter(errors));
    for (const auto& file : seen.files) {
        const auto text = read_operator_file(file.path, errors);
        if (!text) continue;
        auto document = read_policy_document(*text, file.path);
        std::ranges::move(document.rules, std::back_inserter(out.overrides));
        std::ranges::move(document.errors, std::back_inserter(errors));
    }
    std::ranges::copy(more_, std::back_inserter(out.overrides));
    return out;
}

}  // namespace glimt
