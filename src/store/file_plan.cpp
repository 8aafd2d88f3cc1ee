// SPDX-License-Identifier: Apache-2.0
#include "store/file_store.hpp"

#include <boost/json/parse.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace glimt {
namespace {

namespace json = boost::json;

constexpr std::string_view default_datadir = "/var/lib/glance/images";  // Glance's
constexpr std::streamsize metadata_bytes_max = 1 << 20;

std::string without_slash(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

// "path:priority"; a path may have colons, and no priority is 0.
store_plan::folder folder_of(const std::string& text, std::vector<std::string>& errors) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return {without_slash(text), 0};
    store_plan::folder made{without_slash(text.substr(0, colon)), 0};
    const char* const end = text.data() + text.size();
    const auto [stopped, ec] = std::from_chars(text.data() + colon + 1, end, made.priority);
    if (ec != std::errc() || stopped != end || made.priority < 0)
        errors.push_back(fmt::format(
            "filesystem_store_datadirs: the priority of {} is not a whole number, 0 or more.",
            made.path));
    return made;
}

// The highest priority first; of the same, the one that was named first.
void add_folder(store_plan::folder added, std::vector<store_plan::folder>& to) {
    const auto place =
        std::ranges::find_if(to, [&](const auto& each) { return each.priority < added.priority; });
    to.insert(place, std::move(added));
}

void add_folders(const std::string& data_dir, store_plan& plan) {
    const store_settings& options = plan.options;
    if (!options.filesystem_store_datadirs.empty()) {
        if (!options.filesystem_store_datadir.empty())
            plan.errors.push_back(
                "filesystem_store_datadir and filesystem_store_datadirs are both set: one of them "
                "has to go.");
        for (const auto& each : options.filesystem_store_datadirs)
            add_folder(folder_of(each, plan.errors), plan.folders);
    } else if (!options.filesystem_store_datadir.empty()) {
        plan.folders.push_back({without_slash(options.filesystem_store_datadir), 0});
    } else {
        plan.folders.push_back(
            {data_dir.empty() ? std::string(default_datadir) : without_slash(data_dir) + "/images",
             0});
    }
    for (const auto& each : plan.folders)
        if (!each.path.starts_with('/'))
            plan.errors.push_back(fmt::format("The folder {} is not a whole path.", each.path));
}

// Glance makes the folder, and leaves a store it cannot write to readable (contract 5.1).
void check_folder(const std::string& path, store_plan& plan) {
    std::error_code ec;
    std::filesystem::create_directories(path, ec);
    if (!ec && ::access(path.c_str(), W_OK | X_OK) == 0) return;
    if (!ec) ec = {errno, std::generic_category()};
    plan.warnings.push_back(fmt::format("Nothing can be stored in {}: {}.", path, ec.message()));
    plan.refusal = "Error in store configuration. Adding images to store is disabled.";
}

bool is_mountpoint(const json::value& value) {
    const auto* entry = value.if_object();
    if (!entry) return false;
    const auto* id = entry->if_contains("id");
    const auto* place = entry->if_contains("mountpoint");
    return id && id->is_string() && place && place->is_string();
}

void read_mountpoints(store_plan& plan) {
    const std::string& path = plan.options.filesystem_store_metadata_file;
    if (path.empty()) return;
    std::string text(metadata_bytes_max, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(text.data(), metadata_bytes_max);
    text.resize(static_cast<std::size_t>(file.gcount()));
    boost::system::error_code ec;
    json::value read = json::parse(text, ec);
    if (!ec && read.is_object()) read = json::array{read};
    if (!ec && read.is_array() && std::ranges::all_of(read.get_array(), is_mountpoint)) {
        plan.mountpoints = std::move(read.get_array());
        return;
    }
    plan.errors.push_back(fmt::format(
        "filesystem_store_metadata_file {} is not JSON with an \"id\" and a \"mountpoint\".",
        path));
}

}  // namespace

store_plan plan_file_store(const store_settings& options, const std::string& data_dir) {
    store_plan plan;
    plan.options = options;
    add_folders(data_dir, plan);
    read_mountpoints(plan);
    if (plan.errors.empty())
        for (const auto& each : plan.folders) check_folder(each.path, plan);
    return plan;
}

}  // namespace glimt
