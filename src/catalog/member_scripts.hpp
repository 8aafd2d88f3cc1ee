// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/image_query.hpp"
#include "catalog/sql_script.hpp"
#include "image/image.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The transactions on members and on what a project has used, as scripts. What they mean is said in
// catalog.hpp; arguments outlive the run.
namespace glimt {

script<std::vector<image_member>> list_members(const std::string& image_id,
                                               const catalog_viewer& viewer);
script<std::optional<image_member>> find_member(const std::string& image_id,
                                                const std::string& project,
                                                const catalog_viewer& viewer);
script<std::int64_t> count_members(const std::string& image_id);

// The row as it is after; nothing when the project is a member already.
script<std::optional<image_member>> add_member(const image_member& made);

// Whether the member was there.
script<bool> update_member(const image_member& changed);
script<bool> remove_member(const std::string& image_id, const std::string& project, timestamp now);

// What counts against a project's limits (contract 4.4, 7.7).
struct image_usage {
    std::int64_t images = 0, uploading = 0;
    std::int64_t stored_bytes = 0, staged_bytes = 0;
};
script<image_usage> sum_usage(const std::string& project);

}  // namespace glimt
