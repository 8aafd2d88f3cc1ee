// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/catalog.hpp"
#include "catalog/sqlite_database.hpp"
#include "support/loop_fixture.hpp"
#include "support/scratch_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace glimt::testing {

// 2026-01-01 and that many seconds.
inline timestamp at(int seconds) {
    using namespace std::chrono;
    return timestamp(sys_days(year(2026) / January / 1)) + std::chrono::seconds(seconds);
}

// "00000000-0000-4000-8000-000000000007" for 7.
inline std::string id_of(int number) {
    std::string digits = std::to_string(number);
    return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

inline image image_numbered(int number) {
    image made;
    made.id = id_of(number);
    made.name = "image " + std::to_string(number);
    made.owner = "ours";
    made.created_at = made.updated_at = at(number);
    return made;
}

inline image_location location_at(std::string url) {
    image_location made;
    made.url = std::move(url);
    return made;
}

inline const catalog_viewer admin{.project = {}, .is_admin = true};
inline const catalog_viewer ours{.project = "ours", .is_admin = false};
inline const catalog_viewer theirs{.project = "theirs", .is_admin = false};

inline std::vector<std::string> ids_of(const std::optional<image_page>& page) {
    std::vector<std::string> ids;
    if (page)
        for (const image& one : page->images) ids.push_back(one.id);
    return ids;
}

}  // namespace glimt::testing
