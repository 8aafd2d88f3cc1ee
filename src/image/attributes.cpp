// SPDX-License-Identifier: Apache-2.0
#include "image/attributes.hpp"

#include <algorithm>
#include <iterator>

namespace glimt {
namespace {

// Sorted: every property of every image of a list is looked up here.
constexpr std::string_view attribute_names[] = {
    "checksum",
    "container_format",
    "created_at",
    "direct_url",
    "disk_format",
    "file",
    "id",
    "locations",
    "min_disk",
    "min_ram",
    "name",
    "os_hash_algo",
    "os_hash_value",
    "os_hidden",
    "owner",
    "protected",
    "schema",
    "self",
    "size",
    "status",
    "stores",
    "tags",
    "updated_at",
    "virtual_size",
    "visibility",
};
static_assert(std::ranges::is_sorted(attribute_names));

constexpr std::string_view answer_only_names[] = {"direct_url", "self", "file", "schema", "stores"};

constexpr std::string_view read_only_names[] = {
    "created_at", "updated_at", "status", "checksum", "size",         "virtual_size",  "direct_url",
    "self",       "file",       "schema", "id",       "os_hash_algo", "os_hash_value",
};

constexpr std::string_view reserved_names[] = {"location", "deleted", "deleted_at"};

constexpr std::string_view internal_names[] = {"stores", "member", "extra_properties", "image_id"};

}  // namespace

bool is_attribute(std::string_view name) noexcept {
    return std::ranges::binary_search(attribute_names, name);
}

bool is_answer_only(std::string_view name) noexcept {
    return std::ranges::find(answer_only_names, name) != std::end(answer_only_names);
}

bool is_read_only(std::string_view name) noexcept {
    return std::ranges::find(read_only_names, name) != std::end(read_only_names);
}

bool is_reserved(std::string_view name) noexcept {
    return name.starts_with("os_glance") ||
           std::ranges::find(reserved_names, name) != std::end(reserved_names);
}

bool is_internal(std::string_view name) noexcept {
    return std::ranges::find(internal_names, name) != std::end(internal_names);
}

}  // namespace glimt
