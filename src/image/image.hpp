// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

using timestamp = std::chrono::sys_time<std::chrono::microseconds>;  // UTC

// As precisely as a database keeps it.
constexpr timestamp as_timestamp(std::chrono::system_clock::time_point when) noexcept {
    return std::chrono::floor<std::chrono::microseconds>(when);
}

// Where an image is in its life (contract 1.13). The names are those of the database and the API.
enum class image_status : std::uint8_t {
    queued,
    saving,
    active,
    killed,
    deleted,
    uploading,
    importing,
    pending_delete,
    deactivated,
};

// Who may see an image besides its owner and admins (contract 3.3).
enum class image_visibility : std::uint8_t { community, public_, private_, shared };

// One of the keys that an operator or a user made up. Null in the database is shown as "".
struct image_property {
    std::string name;
    std::optional<std::string> value;
};

// Where the bytes of an image are (contract 4.3).
struct image_location {
    std::optional<std::int64_t> id;  // of its row; none until it was saved
    std::string url;
    boost::json::object metadata;  // in multi-store mode "store" names the store
    std::string status = "active";
};

// An image as Glance knows it: a row of `images` with its properties, tags and locations. A value:
// what changes one is a copy, compared with the original when it is saved.
struct image {
    std::string id;  // a UUID in the letters it was given
    std::optional<std::string> name;
    image_status status = image_status::queued;
    image_visibility visibility = image_visibility::shared;
    bool is_protected = false;
    bool hidden = false;
    std::optional<std::string> owner;
    std::optional<std::string> disk_format, container_format;
    std::int64_t min_ram_mb = 0, min_disk_gb = 0;
    std::optional<std::int64_t> size_bytes, virtual_size_bytes;
    std::optional<std::string> checksum;  // MD5, hexadecimal
    std::optional<std::string> os_hash_algo, os_hash_value;
    timestamp created_at{}, updated_at{};
    std::vector<image_property> properties;  // in the order they were added; names differ
    std::vector<std::string> tags;           // in the order they were added; they differ
    std::vector<image_location> locations;
};

// A project that an image was shared with (contract 1.21).
enum class member_status : std::uint8_t { pending, accepted, rejected };

struct image_member {
    std::string image_id;
    std::string project;
    member_status status = member_status::pending;
    timestamp created_at{}, updated_at{};
};

// The names of the database and the API; nothing for a text that is none of them.
std::string_view to_string(image_status status) noexcept;
std::string_view to_string(image_visibility visibility) noexcept;
std::string_view to_string(member_status status) noexcept;
std::optional<image_status> image_status_of(std::string_view text) noexcept;
std::optional<image_visibility> image_visibility_of(std::string_view text) noexcept;
std::optional<member_status> member_status_of(std::string_view text) noexcept;

// Whether the life of an image may go on this way.
bool may_become(image_status from, image_status to) noexcept;

}  // namespace glimt
