// SPDX-License-Identifier: Apache-2.0
#include "image/patch_locations.hpp"

#include "core/problem.hpp"
#include "image/image_life.hpp"
#include "image/python_text.hpp"
#include "image/validation_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace glimt {
namespace {

namespace json = boost::json;

void check_shown(const patch_rules& rules, std::string_view verb) {
    if (rules.locations_are_shown) return;
    throw problem(
        reason::forbidden,
        fmt::format("It's not allowed to {} locations if locations are invisible.", verb));
}

void check_status(const image& of, bool queued_will_do, std::string_view verb) {
    if (of.status == image_status::active) return;
    if (queued_will_do && of.status == image_status::queued) return;
    throw problem(reason::conflict,
                  fmt::format("It's not allowed to {} locations if image status is {}.", verb,
                              to_string(of.status)));
}

// "-" is `last`; nothing for what is neither that nor a number. One too large is the largest.
std::optional<std::size_t> index_of(std::string_view position, std::size_t last) {
    if (position == "-") return last;
    std::size_t index = 0;
    const char* const end = position.data() + position.size();
    const auto [stopped, ec] = std::from_chars(position.data(), end, index);
    if (stopped != end || position.empty()) return std::nullopt;
    if (ec == std::errc::result_out_of_range) return std::numeric_limits<std::size_t>::max();
    return ec == std::errc() ? std::optional(index) : std::nullopt;
}

// Stores keep texts, lists and objects of texts.
bool is_plain(const json::value& value) {
    if (value.is_object()) {
        return std::ranges::all_of(value.get_object(),
                                   [](const auto& each) { return is_plain(each.value()); });
    }
    if (value.is_array()) return std::ranges::all_of(value.get_array(), is_plain);
    return value.is_string();
}

image_location location_of(const json::value& value) {
    image_location location;
    location.url = value.at("url").get_string();
    location.metadata = value.at("metadata").get_object();
    for (const json::key_value_pair& each : location.metadata) {
        if (is_plain(each.value())) continue;
        throw problem(reason::invalid,
                      fmt::format("The image metadata key {} has an invalid type. Only dict, list, "
                                  "and unicode are supported",
                                  std::string_view(each.key())));
    }
    return location;
}

bool same(const image_location& a, const image_location& b) {
    return a.url == b.url && a.metadata == b.metadata;
}

[[noreturn]] void refuse_duplicate(const image_location& location) {
    throw problem(reason::invalid, fmt::format("The location {} already exists", location.url));
}

void check_distinct(const std::vector<image_location>& locations) {
    for (auto each = locations.begin(); each != locations.end(); ++each) {
        const auto known = [&](const image_location& other) { return same(other, *each); };
        if (std::any_of(locations.begin(), each, known)) refuse_duplicate(*each);
    }
}

std::vector<std::string_view> sorted_urls(const std::vector<image_location>& locations) {
    std::vector<std::string_view> urls;
    urls.reserve(locations.size());
    for (const image_location& each : locations) urls.push_back(each.url);
    std::ranges::sort(urls);
    return urls;
}

bool has_url(const std::vector<image_location>& locations, std::string_view url) {
    return std::ranges::find(locations, url, &image_location::url) != locations.end();
}

// The data of a location that this patch removed is as good as gone.
void check_not_removed(const patched_image& of, const image_location& added) {
    if (!has_url(of.removed_locations, added.url)) return;
    throw problem(reason::invalid, "Invalid location");
}

// A queued image takes what the locations say of the bytes, and is active from then on.
void activate(image& of, const validation_data& data) {
    if (of.status != image_status::queued) return;
    if (data.checksum) of.checksum = data.checksum;
    if (data.os_hash_algo) of.os_hash_algo = data.os_hash_algo;
    if (data.os_hash_value) of.os_hash_value = data.os_hash_value;
    become(of, image_status::active);
}

[[noreturn]] void refuse_other_urls(const std::vector<image_location>& locations) {
    json::array shown;
    for (const image_location& each : locations) {
        shown.push_back({{"url", each.url}, {"metadata", each.metadata}, {"status", each.status}});
    }
    throw problem(reason::invalid, "Original locations is not empty: " + python_repr(shown));
}

// The new list of an image whose locations keep their URLs: each keeps its row.
void keep_rows(std::vector<image_location> before, std::vector<image_location>& after) {
    for (image_location& each : after) {
        const auto old = std::ranges::find_if(
            before, [&](const image_location& other) { return other.url == each.url && other.id; });
        if (old != before.end()) each.id = std::exchange(old->id, std::nullopt);
    }
}

}  // namespace

void add_location(std::string_view position, const json::value& location, const patch_rules& rules,
                  patched_image& to) {
    check_shown(rules, "add");
    check_status(to.value, true, "add");
    const validation_data data =
        new_validation_data(to.value, json::array{location}, rules.hashing_algorithm);
    std::vector<image_location>& locations = to.value.locations;
    const auto index = index_of(position, locations.size());
    if (!index) throw problem(reason::invalid, "Invalid position for adding a location.");
    check_location_count(locations.size() + 1, rules.limits);
    image_location added = location_of(location);
    const auto known = [&](const image_location& each) { return same(each, added); };
    if (std::ranges::any_of(locations, known)) refuse_duplicate(added);
    check_not_removed(to, added);
    to.added_locations.push_back(added);
    const auto at = static_cast<std::ptrdiff_t>(std::min(*index, locations.size()));
    locations.insert(locations.begin() + at, std::move(added));
    activate(to.value, data);
}

void replace_locations(const json::value& value, const patch_rules& rules, patched_image& to) {
    check_shown(rules, "update");
    check_status(to.value, true, "replace");
    const validation_data data =
        new_validation_data(to.value, value.get_array(), rules.hashing_algorithm);
    check_location_count(value.get_array().size(), rules.limits);
    std::vector<image_location>& locations = to.value.locations;
    std::vector<image_location> after;
    for (const json::value& each : value.get_array()) after.push_back(location_of(each));
    if (sorted_urls(after) == sorted_urls(locations)) {
        keep_rows(std::move(locations), after);
    } else if (!locations.empty()) {
        refuse_other_urls(locations);
    } else {
        check_distinct(after);
        for (const image_location& each : after) check_not_removed(to, each);
        to.added_locations = after;
    }
    locations = std::move(after);
    activate(to.value, data);
}

void remove_location(std::string_view position, const patch_rules& rules, patched_image& to) {
    check_shown(rules, "remove");
    check_status(to.value, false, "remove");
    std::vector<image_location>& locations = to.value.locations;
    if (locations.size() == 1) {
        throw problem(reason::forbidden, "Cannot remove last location in the image.",
                      layout::sentence_first);
    }
    const auto index = index_of(position, locations.size() - 1);
    if (!index || *index >= locations.size()) {
        throw problem(reason::invalid, "Invalid position for removing a location.");
    }
    take_out_location(*index, to);
}

void take_out_location(std::size_t index, patched_image& to) {
    auto& locations = to.value.locations;
    const image_location removed = std::move(locations.at(index));
    locations.erase(locations.begin() + static_cast<std::ptrdiff_t>(index));
    const auto just_added = [&](const image_location& each) { return same(each, removed); };
    const bool was_there = std::erase_if(to.added_locations, just_added) == 0;
    if (was_there && !has_url(locations, removed.url)) to.removed_locations.push_back(removed);
}

}  // namespace glimt
