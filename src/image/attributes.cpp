// SPDX-License-Identifier: Apache-2.0
#include "image/attributes.hpp"

#include <algorithm>
#include <array>

namespace glimt {
namespace {

using namespace std::string_view_literals;

// Sorted: every property of every image of a list is looked up here.
constexpr std::array attribute_names = {
    "checksum"sv,
    "container_format"sv,
    "created_at"sv,
    "direct_url"sv,
    "disk_format"sv,
    "file"sv,
    "id"sv,
    "locations"sv,
    "min_disk"sv,
    "min_ram"sv,
    "name"sv,
    "os_hash_algo"sv,
    "os_hash_value"sv,
    "os_hidden"sv,
    "owner"sv,
    "protected"sv,
    "schema"sv,
    "self"sv,
    "size"sv,
    "status"sv,
    "stores"sv,
    "tags"sv,
    "updated_at"sv,
    "virtual_size"sv,
    "visibility"sv,
};
static_assert(std::ranges::is_sorted(attribute_names));

constexpr std::array answer_only_names = {"direct_url"sv, "self"sv, "file"sv, "schema"sv,
                                          "stores"sv};

constexpr std::array read_only_names = {
    "created_at"sv,   "updated_at"sv,   "status"sv,        "checksum"sv, "size"sv,
    "virtual_size"sv, "direct_url"sv,   "self"sv,          "file"sv,     "schema"sv,
    "id"sv,           "os_hash_algo"sv, "os_hash_value"sv,
};

constexpr std::array reserved_names = {"location"sv, "deleted"sv, "deleted_at"sv};

constexpr std::array internal_names = {"stores"sv, "member"sv, "extra_properties"sv, "image_id"sv};

}  // namespace

bool is_attribute(std::string_view name) noexcept {
    return std::ranges::binary_search(attribute_names, name);
}

bool is_answer_only(std::string_view name) noexcept {
    return std::ranges::find(answer_only_names, name) != answer_only_names.end();
}

bool is_read_only(std::string_view name) noexcept {
    return std::ranges::find(read_only_names, name) != read_only_names.end();
}

bool is_reserved(std::string_view name) noexcept {
    return name.starts_with("os_glance") ||
           std::ranges::find(reserved_names, name) != reserved_names.end();
}

bool is_internal(std::string_view name) noexcept {
    return std::ranges::find(internal_names, name) != internal_names.end();
}

}  // namespace glimt
