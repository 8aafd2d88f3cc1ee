// SPDX-License-Identifier: Apache-2.0
#include "image/image_patch.hpp"

#include "core/problem.hpp"
#include "image/attributes.hpp"
#include "image/image_input.hpp"
#include "image/patch_locations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace glimt {
namespace {

auto find_property(image& of, std::string_view name) {
    return std::ranges::find(of.properties, name, &image_property::name);
}

[[noreturn]] void refuse_present(std::string_view name) {
    throw problem(reason::conflict, fmt::format("Property {} already present.", name),
                  layout::sentence_first);
}

void set_attribute(const image_change& change, const patch_rules& rules, image& of) {
    const std::string_view name = change.name;
    if (name == "disk_format" || name == "container_format") {
        if (of.status != image_status::queued && of.status != image_status::importing) {
            throw problem(
                reason::forbidden,
                fmt::format("Attribute {} can be only replaced for a queued image.", name));
        }
    } else if (name == "min_ram" || name == "min_disk") {
        check_minimum(name, integer_of(change.value));
    } else if (name == "tags") {
        check_tag_count(change.value.get_array().size(), rules.limits);
    }
    assign(of, name, change.value);
}

void remove_property(std::string_view name, patched_image& to) {
    if (is_writable(name)) {
        throw problem(reason::forbidden, fmt::format("Property {} may not be removed.", name),
                      layout::sentence_first);
    }
    const auto found = find_property(to.value, name);
    if (found == to.value.properties.end()) refuse_absent_property(name);
    to.value.properties.erase(found);
    to.touched_properties.emplace_back(name);
}

void set_property(const image_change& change, const patch_rules& rules, patched_image& to) {
    const bool only_absent =
        change.operation == patch_operation::add && rules.media == patch_media::v2_0;
    if (is_writable(change.name)) {
        if (only_absent) refuse_present(change.name);
        set_attribute(change, rules, to.value);
        return;
    }
    const auto found = find_property(to.value, change.name);
    const bool present = found != to.value.properties.end();
    if (present && only_absent) refuse_present(change.name);
    if (!present && change.operation == patch_operation::replace)
        refuse_absent_property(change.name);
    std::optional<std::string> text = text_or_null(change.value);
    if (present) {
        found->value = std::move(text);
    } else {
        to.value.properties.push_back({change.name, std::move(text)});
    }
    to.touched_properties.push_back(change.name);
}

void apply_to_locations(const image_change& change, const patch_rules& rules, patched_image& to) {
    switch (change.operation) {
        case patch_operation::add: add_location(change.position, change.value, rules, to); return;
        case patch_operation::replace: replace_locations(change.value, rules, to); return;
        case patch_operation::remove: remove_location(change.position, rules, to); return;
    }
}

bool has_new_properties(const image& before, const image& after) {
    std::vector<std::string_view> names;
    names.reserve(before.properties.size());
    for (const image_property& each : before.properties) names.push_back(each.name);
    std::ranges::sort(names);
    return std::ranges::any_of(after.properties, [&](const image_property& each) {
        return !std::ranges::binary_search(names, each.name);
    });
}

}  // namespace

void refuse_absent_property(std::string_view name) {
    throw problem(reason::conflict, fmt::format("Property {} does not exist.", name),
                  layout::sentence_first);
}

patch_permission permission_for(const image_change& change, const patch_rules& rules) {
    const bool replaces = change.operation == patch_operation::replace;
    if (change.name == "locations") {
        if (replaces && change.value.get_array().empty()) {
            throw problem(reason::forbidden, "Cannot set locations to empty list.",
                          layout::sentence_first);
        }
        return change.operation == patch_operation::remove ? patch_permission::remove_location
                                                           : patch_permission::change_locations;
    }
    if (replaces && change.name == "owner" && !rules.viewer_is_admin) {
        throw problem(reason::forbidden, "Owner can't be updated by non admin.",
                      layout::sentence_first);
    }
    return patch_permission::modify;
}

void apply(const image_change& change, const patch_rules& rules, patched_image& to) {
    if (change.name == "locations") {
        apply_to_locations(change, rules, to);
    } else if (change.operation == patch_operation::remove) {
        remove_property(change.name, to);
    } else {
        set_property(change, rules, to);
    }
}

void check_patched(const image& before, const image& after, const patch_rules& rules) {
    if (has_new_properties(before, after)) check_property_count(after, rules.limits);
    check_storable(after);
    if (rules.viewer_is_admin || before.owner == after.owner) return;
    throw problem(reason::forbidden,
                  fmt::format("Forbidding request, image {} not visible", after.id));
}

}  // namespace glimt
