// SPDX-License-Identifier: Apache-2.0
#include "image/image_checks.hpp"

#include "core/problem.hpp"
#include "image/json_text.hpp"
#include "image/python_text.hpp"
#include "image/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

namespace glimt {
namespace {

constexpr std::size_t name_characters_max = 255;
constexpr std::int64_t stored_integer_max = 2'147'483'647;

void check_count(std::size_t count, std::int64_t limit, std::string_view what) {
    if (limit < 0 || count <= static_cast<std::size_t>(limit)) return;
    throw problem(reason::too_large,
                  fmt::format("The limit has been exceeded on the number of allowed image {}. "
                              "Attempted: {}, Maximum: {}",
                              what, count, limit));
}

void check_text(std::string_view name, const std::optional<std::string>& text) {
    if (!text || !has_four_byte_character(*text)) return;
    throw problem(reason::invalid,
                  python_title(name) + " can't contain 4 byte unicode characters.");
}

// As deep as objects are nested; lists are not looked into, as in Glance.
void check_metadata(const boost::json::object& metadata) {
    for (const auto& each : metadata) {
        if (const auto* inner = each.value().if_object()) {
            check_metadata(*inner);
            continue;
        }
        if (has_four_byte_character(each.key()))
            throw problem(reason::invalid, "Property names can't contain 4 byte unicode.");
        if (const auto* text = each.value().if_string()) check_text(each.key(), std::string(*text));
    }
}

void check_stored_integer(std::string_view name, std::int64_t value) {
    if (value <= stored_integer_max) return;
    throw problem(reason::invalid, fmt::format("'{}' value out of range, must not exceed {}.", name,
                                               stored_integer_max));
}

}  // namespace

void check_tag_count(std::size_t count, const image_limits& limits) {
    check_count(count, limits.tags, "tags");
}

void check_location_count(std::size_t count, const image_limits& limits) {
    check_count(count, limits.locations, "locations");
}

void check_property_count(const image& of, const image_limits& limits) {
    const auto count = std::ranges::count_if(of.properties, [](const image_property& each) {
        return !each.name.starts_with("os_glance");
    });
    check_count(static_cast<std::size_t>(count), limits.properties, "properties");
}

void check_property_name(std::string_view name) {
    if (count_code_points(name) <= name_characters_max) return;
    throw problem(reason::invalid, "Custom property should not be greater than 255 characters.");
}

void check_tag(std::string_view tag) {
    if (count_code_points(tag) > name_characters_max) {
        throw problem(reason::invalid,
                      fmt::format("Provided object does not match schema 'image': {} is too long",
                                  python_repr(boost::json::string(tag))));
    }
    if (has_four_byte_character(tag)) {
        throw problem(reason::invalid, "Param values can't contain 4 byte unicode.");
    }
}

void check_storable(const image& of) {
    check_text("name", of.name);
    check_text("owner", of.owner);
    for (const image_property& each : of.properties) {
        if (has_four_byte_character(each.name)) {
            throw problem(reason::invalid, "Property names can't contain 4 byte unicode.");
        }
        check_text(each.name, each.value);
    }
    for (const image_location& each : of.locations) {
        check_text("url", each.url);
        check_metadata(each.metadata);
    }
    check_stored_integer("min_disk", of.min_disk_gb);
    check_stored_integer("min_ram", of.min_ram_mb);
    for (const std::string& each : of.tags) check_tag(each);
}

void check_minimum(std::string_view name, std::int64_t value) {
    if (value >= 0) return;
    throw problem(reason::invalid,
                  fmt::format("Invalid value '{}' for parameter '{}': Cannot be a negative value",
                              value, name));
}

std::int64_t integer_of(const boost::json::value& value) {
    using limits = std::numeric_limits<std::int64_t>;
    if (value.is_int64()) return value.get_int64();
    if (value.is_uint64()) return limits::max();  // a smaller one is parsed as int64
    const double number = value.get_double();
    constexpr double beyond = 9223372036854775808.0;  // 2^63
    if (number >= beyond) return limits::max();
    return number < -beyond ? limits::min() : static_cast<std::int64_t>(number);
}

std::optional<std::string> text_or_null(const boost::json::value& value) {
    if (value.is_null()) return std::nullopt;
    if (value.is_string()) return std::string(value.get_string());
    std::string text;
    append_json(text, value);
    return text;
}

std::vector<std::string> tags_of(const boost::json::value& value) {
    std::vector<std::string> tags;
    std::unordered_set<std::string_view> seen;
    for (const boost::json::value& each : value.get_array()) {
        const std::string_view tag = each.get_string();
        if (seen.insert(tag).second) tags.emplace_back(tag);
    }
    return tags;
}

}  // namespace glimt
