// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// What decides how images look in answers, besides the images: the configuration and who asks.
// Contract 1.5.
struct image_view {
    bool viewer_is_admin = false;
    bool locations = false;   // show_multiple_locations
    bool direct_url = false;  // show_image_direct_url
    bool stores = false;      // whether enabled_backends is set

    // allow_additional_image_properties: else only what schema-image.json names is shown.
    bool additional_properties = true;

    // The names of schema-image.json, sorted. A null of one of them is shown as null, and one of
    // any other property as "".
    std::span<const std::string> schema_names = {};
};

// What a page of the list carries besides its images.
struct page_links {
    std::string first;                // "/v2/images?limit=1"
    std::optional<std::string> next;  // none on the last page
};

// The JSON of Glance, member by member in its order, appended to `to`.
void append_image(std::string& to, const image& shown, const image_view& view);
void append_images(std::string& to, std::span<const image> shown, const image_view& view,
                   const page_links& links);
void append_member(std::string& to, const image_member& shown);
void append_members(std::string& to, std::span<const image_member> shown);

// The locations an answer may show: none of a deactivated image, unless an admin asks.
std::span<const image_location> visible_locations(const image& of, bool viewer_is_admin) noexcept;

// The name of the store a location is in; empty when none is said.
std::string_view store_of(const image_location& location) noexcept;

// 2026-11-22T10:50:07Z, with quotes and without. The database keeps no more than seconds either.
void append_json_time(std::string& to, timestamp when);
void append_time(std::string& to, timestamp when);

}  // namespace glimt
