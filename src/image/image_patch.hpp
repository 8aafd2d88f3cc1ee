// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"
#include "image/image_checks.hpp"
#include "image/image_schema.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// PATCH /v2/images/{id} in the order Glance checks it (contract 1.10, 1.11): patch_media_of(),
// read_patch(); then the image is loaded; then for each change permission_for(), the policy it
// names, and apply(); then check_patched(), and the image is saved, if there was any change at all.
// All of them throw `problem`, and then nothing is saved.

// The two media types; what a change looks like depends on it.
enum class patch_media : std::uint8_t { v2_0, v2_1 };

// Of the value of a Content-Type header; empty without one. Throws problem(reason::unsupported)
// with Accept-Patch.
patch_media patch_media_of(std::string_view content_type);

enum class patch_operation : std::uint8_t { add, remove, replace };

struct image_change {
    patch_operation operation;
    std::string name;          // an attribute, or else a custom property
    std::string position;      // among the locations: digits or "-" if it is sane; else empty
    boost::json::value value;  // as the schema allows; null for remove
};

// Throws problem: too_large when there are more than 4096 changes, invalid, forbidden.
std::vector<image_change> read_patch(const boost::json::value& body, patch_media media,
                                     const image_schema& schema);

// What the request and the configuration say of a patch.
struct patch_rules {
    patch_media media = patch_media::v2_1;
    bool viewer_is_admin = false;
    bool locations_are_shown = false;               // show_multiple_locations
    std::string_view hashing_algorithm = "sha512";  // option of that name
    image_limits limits = {};
};

// Which policy a change needs.
enum class patch_permission : std::uint8_t {
    modify,            // modify_image; a new visibility needs its own before
    change_locations,  // set_image_location
    remove_location,   // delete_image_location
};

// Throws problem(reason::forbidden) for what Glance refuses without asking a policy.
patch_permission permission_for(const image_change& change, const patch_rules& rules);

// An image on its way through a patch, and what the patch did to it.
struct patched_image {
    image value;
    std::vector<std::string> touched_properties;  // set or removed; may come twice

    // Locations whose URLs no store was asked about yet: each must be known to one, with a size
    // above 0, which an image without a size takes. They are in `value` already.
    std::vector<image_location> added_locations;

    // Locations whose data is to be deleted once the image is saved: no other has their URL.
    std::vector<image_location> removed_locations;
};

void apply(const image_change& change, const patch_rules& rules, patched_image& to);

// 409: "Property x does not exist."
[[noreturn]] void refuse_absent_property(std::string_view name);

// What is checked once all changes were applied to an image that was `before`.
void check_patched(const image& before, const image& after, const patch_rules& rules);

}  // namespace glimt
