// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace glimt {

// The rules of values that no schema can say, with Glance's texts. All throw `problem`.
// Contract 1.3, 1.5, 7.7.

// How many of each an image may have; negative is any number. image_property_quota,
// image_tag_quota, image_location_quota.
struct image_limits {
    std::int64_t properties = 128;
    std::int64_t tags = 128;
    std::int64_t locations = 10;
};

void check_tag_count(std::size_t count, const image_limits& limits);
void check_location_count(std::size_t count, const image_limits& limits);

// Counts the properties of `of` but those that begin with "os_glance".
void check_property_count(const image& of, const image_limits& limits);

// The name of a custom property: no longer than 255 characters.
void check_property_name(std::string_view name);

// One tag, wherever it comes from: no longer than 255 characters, none of four bytes.
void check_tag(std::string_view tag);

// What the database can keep: characters of at most three bytes, and minimums up to 2^31 - 1. To be
// called last, as Glance does.
void check_storable(const image& of);

// Refuses a negative `min_ram` or `min_disk`.
void check_minimum(std::string_view name, std::int64_t value);

// The number itself, or the end of the range it is beyond. `value` is an integer by its schema.
std::int64_t integer_of(const boost::json::value& value);

// Nothing for null. `value` is a text or null by its schema; what schema-image.json lets be
// something else is kept as its JSON, as the database knows only texts.
std::optional<std::string> text_or_null(const boost::json::value& value);

// Each tag once, in the order they first come. `value` is an array of texts by its schema.
std::vector<std::string> tags_of(const boost::json::value& value);

}  // namespace glimt
