// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"
#include "image/image_checks.hpp"
#include "image/image_schema.hpp"

#include <boost/json/value.hpp>

#include <string_view>

namespace glimt {

// POST /v2/images in the order Glance checks it (contract 1.7): read_image(); then the API asks the
// policy, with the owner filled in; then make_image(); then it is saved.

// What the body asks for. Not yet an image: make_image() may refuse it.
struct image_draft {
    image asked_for;  // id is empty when the body has none
    bool has_owner = false;
    std::size_t tag_count = 0;  // with those that come twice
    // One of the attributes the server sets, or `locations`; empty when the body has none.
    std::string_view forbidden;
};

// Takes the body apart. Throws problem: invalid for what the schema refuses, forbidden for members
// of answers and reserved names.
image_draft read_image(const boost::json::value& body, const image_schema& schema);

// The image as it is to be saved, but for what the caller fills in: id, owner and times. Throws
// problem: too_large over a quota, forbidden, invalid.
image make_image(image_draft draft, const image_limits& limits);

// Gives a member that PATCH and POST may set its value, which the schema allows. Every name of
// is_writable() will do. No other rule is checked here.
void assign(image& to, std::string_view name, const boost::json::value& value);

bool is_writable(std::string_view name) noexcept;

}  // namespace glimt
