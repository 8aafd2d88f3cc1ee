// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace glimt {

// On whose behalf rows are looked for: what they may see is decided here (contract 3.3), what they
// may do with it by the policy.
struct catalog_viewer {
    std::optional<std::string> project;
    bool is_admin = false;
};

// The columns of `images` that a list may be filtered or sorted by.
enum class image_column : std::uint8_t {
    id,
    name,
    status,
    visibility,
    owner,
    disk_format,
    container_format,
    checksum,
    os_hash_algo,
    os_hash_value,
    size,
    virtual_size,
    min_ram,
    min_disk,
    created_at,
    updated_at,
};

enum class sql_comparison : std::uint8_t {
    equal,
    not_equal,
    less,
    less_or_equal,
    greater,
    greater_or_equal,
};

// The column holds one of these texts; none of them: no row does.
struct any_of_filter {
    image_column column;
    std::vector<std::string> texts;
};

struct number_filter {
    image_column column;
    sql_comparison how;
    std::int64_t number;
};

struct time_filter {
    image_column column;
    sql_comparison how;
    timestamp when;
};

// The image has a property of that name with exactly that value.
struct property_filter {
    std::string name, value;
};

struct image_order {
    image_column column;
    bool descending = true;
};

// Which visibility the list is restricted to: none named, one, or `visibility=all`.
struct every_visibility {};
using visibility_filter = std::variant<std::monostate, image_visibility, every_visibility>;

// One page of a list (contract 1.8). All conditions hold together.
struct image_query {
    catalog_viewer viewer;
    visibility_filter visibility;
    // Of images that others share with the viewer's project; nothing: whatever its answer was.
    std::optional<member_status> membership = member_status::accepted;
    std::optional<bool> hidden = false;
    std::optional<bool> is_protected;
    std::vector<any_of_filter> texts;
    std::vector<number_filter> numbers;
    std::vector<time_filter> times;
    std::vector<property_filter> properties;
    std::vector<std::string> tags;
    // Of one image after the other: the first that differs decides. created_at and id are added
    // behind, in the direction of the last, where they are missing; none at all: newest first.
    std::vector<image_order> order;
    std::optional<std::string> marker;  // the id of the image before the page
    std::size_t limit = 25;
};

}  // namespace glimt
