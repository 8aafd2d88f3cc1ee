// SPDX-License-Identifier: Apache-2.0
#include "image/image_json.hpp"

#include "image/attributes.hpp"
#include "image/json_text.hpp"

#include <algorithm>
#include <array>

namespace glimt {
namespace {

// What an image of a cloud usually needs, with some properties.
constexpr std::size_t image_text_bytes = 1280;

// `/v2/images/<id><tail>`
void append_reference(std::string& to, std::string_view id, std::string_view tail) {
    to += "\"/v2/images/";
    to += id;  // a UUID
    to += tail;
    to += '"';
}

// The stores of the locations, in their order, joined by commas; empty when none names its store.
std::string joined_stores(std::span<const image_location> locations) {
    std::string joined;
    for (const image_location& each : locations) {
        const std::string_view store = store_of(each);
        if (store.empty()) continue;
        if (!joined.empty()) joined += ',';
        joined += store;
    }
    return joined;
}

bool is_hidden(std::string_view name) {
    return name == "os_glance_stage_host" || name == "os_glance_hash_op_host" ||
           name == uploader_property;
}

void append_properties(json_members& to, const image& shown, const image_view& view,
                       std::string_view stores) {
    for (const image_property& each : shown.properties) {
        const bool overridden = is_attribute(each.name) && each.name != "stores";
        if (overridden || is_hidden(each.name)) continue;
        if (each.name == "stores" && !stores.empty()) {
            append_json_string(to["stores"], stores);
            continue;
        }
        const bool in_schema = std::ranges::binary_search(view.schema_names, each.name);
        if (!in_schema && !view.additional_properties) continue;
        std::string& text = to.escaped(each.name);
        if (in_schema) {
            append_json_or_null(text, each.value);
        } else {
            append_json_string(text, each.value ? std::string_view(*each.value) : "");
        }
    }
}

void append_attributes(json_members& to, const image& shown) {
    append_json_or_null(to["name"], shown.name);
    append_json_or_null(to["disk_format"], shown.disk_format);
    append_json_or_null(to["container_format"], shown.container_format);
    append_json_string(to["visibility"], to_string(shown.visibility));
    append_json_or_null(to["size"], shown.size_bytes);
    append_json_or_null(to["virtual_size"], shown.virtual_size_bytes);
    append_json_string(to["status"], to_string(shown.status));
    append_json_or_null(to["checksum"], shown.checksum);
    append_json_bool(to["protected"], shown.is_protected);
    append_json_number(to["min_ram"], shown.min_ram_mb);
    append_json_number(to["min_disk"], shown.min_disk_gb);
    append_json_or_null(to["owner"], shown.owner);
    append_json_bool(to["os_hidden"], shown.hidden);
    append_json_or_null(to["os_hash_algo"], shown.os_hash_algo);
    append_json_or_null(to["os_hash_value"], shown.os_hash_value);
    append_json_string(to["id"], shown.id);
    append_json_time(to["created_at"], shown.created_at);
    append_json_time(to["updated_at"], shown.updated_at);
}

void append_locations(std::string& to, std::span<const image_location> locations) {
    to += '[';
    for (const image_location& each : locations) {
        if (&each != locations.data()) to += ", ";
        json_members one(to);
        append_json_string(one["url"], each.url);
        append_json(one["metadata"], each.metadata);
        one.end();
    }
    to += ']';
}

void append_tags(std::string& to, std::span<const std::string> tags) {
    to += '[';
    for (const std::string& each : tags) {
        if (&each != tags.data()) to += ", ";
        append_json_string(to, each);
    }
    to += ']';
}

}  // namespace

std::span<const image_location> visible_locations(const image& of, bool viewer_is_admin) noexcept {
    if (of.status == image_status::deactivated && !viewer_is_admin) return {};
    return of.locations;
}

std::string_view store_of(const image_location& location) noexcept {
    const boost::json::value* const store = location.metadata.if_contains("store");
    if (!store || !store->is_string()) return {};
    return store->get_string();
}

void append_json_time(std::string& to, timestamp when) {
    to += '"';
    append_time(to, when);
    to += '"';
}

void append_time(std::string& to, timestamp when) {
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date(day);
    const auto second = std::chrono::floor<std::chrono::seconds>(when - day).count();
    const auto digits = [](char* at, unsigned value, unsigned count) {
        for (char* digit = at + count; digit != at; value /= 10) {
            *--digit = static_cast<char>('0' + value % 10);
        }
    };
    std::array<char, 20> text = {'0', '0', '0', '0', '-', '0', '0', '-', '0', '0',
                                 'T', '0', '0', ':', '0', '0', ':', '0', '0', 'Z'};
    digits(text.data(), static_cast<unsigned>(static_cast<int>(date.year())), 4);
    digits(text.data() + 5, static_cast<unsigned>(date.month()), 2);
    digits(text.data() + 8, static_cast<unsigned>(date.day()), 2);
    digits(text.data() + 11, static_cast<unsigned>(second / 3600), 2);
    digits(text.data() + 14, static_cast<unsigned>(second / 60 % 60), 2);
    digits(text.data() + 17, static_cast<unsigned>(second % 60), 2);
    to.append(text.data(), text.size());
}

void append_image(std::string& to, const image& shown, const image_view& view) {
    const auto locations = visible_locations(shown, view.viewer_is_admin);
    const std::string stores = view.stores ? joined_stores(locations) : std::string();
    json_members of(to);
    append_properties(of, shown, view, stores);
    append_attributes(of, shown);
    if (view.locations) append_locations(of["locations"], locations);
    if (view.direct_url && !locations.empty()) {
        append_json_string(of["direct_url"], locations.front().url);
    }
    append_tags(of["tags"], shown.tags);
    append_reference(of["self"], shown.id, "");
    append_reference(of["file"], shown.id, "/file");
    append_json_string(of["schema"], "/v2/schemas/image");
    // In the place of a property of that name, if there is one.
    const bool shown_already = std::ranges::find(shown.properties, "stores",
                                                 &image_property::name) != shown.properties.end();
    if (!stores.empty() && !shown_already) append_json_string(of["stores"], stores);
    of.end();
}

void append_images(std::string& to, std::span<const image> shown, const image_view& view,
                   const page_links& links) {
    to.reserve(to.size() + shown.size() * image_text_bytes);
    json_members of(to);
    of["images"] += '[';
    for (const image& each : shown) {
        if (&each != shown.data()) to += ", ";
        append_image(to, each, view);
    }
    to += ']';
    append_json_string(of["first"], links.first);
    append_json_string(of["schema"], "/v2/schemas/images");
    if (links.next) append_json_string(of["next"], *links.next);
    of.end();
}

void append_member(std::string& to, const image_member& shown) {
    json_members of(to);
    append_json_string(of["member_id"], shown.project);
    append_json_string(of["image_id"], shown.image_id);
    append_json_string(of["status"], to_string(shown.status));
    append_json_time(of["created_at"], shown.created_at);
    append_json_time(of["updated_at"], shown.updated_at);
    append_json_string(of["schema"], "/v2/schemas/member");
    of.end();
}

void append_members(std::string& to, std::span<const image_member> shown) {
    json_members of(to);
    of["members"] += '[';
    for (const image_member& each : shown) {
        if (&each != shown.data()) to += ", ";
        append_member(to, each);
    }
    to += ']';
    append_json_string(of["schema"], "/v2/schemas/members");
    of.end();
}

}  // namespace glimt
