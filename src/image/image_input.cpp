// SPDX-License-Identifier: Apache-2.0
#include "image/image_input.hpp"

#include "core/problem.hpp"
#include "image/attributes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace glimt {
namespace {

namespace json = boost::json;

using assignment = void (*)(image&, const json::value&);

constexpr std::pair<std::string_view, assignment> assignments[] = {
    {"name", [](image& to, const json::value& value) { to.name = text_or_null(value); }},
    {"owner", [](image& to, const json::value& value) { to.owner = text_or_null(value); }},
    {"disk_format",
     [](image& to, const json::value& value) { to.disk_format = text_or_null(value); }},
    {"container_format",
     [](image& to, const json::value& value) { to.container_format = text_or_null(value); }},
    {"visibility",
     [](image& to, const json::value& value) {
         to.visibility = *image_visibility_of(std::string_view(value.get_string()));
     }},
    {"protected", [](image& to, const json::value& value) { to.is_protected = value.get_bool(); }},
    {"os_hidden", [](image& to, const json::value& value) { to.hidden = value.get_bool(); }},
    {"min_ram", [](image& to, const json::value& value) { to.min_ram_mb = integer_of(value); }},
    {"min_disk", [](image& to, const json::value& value) { to.min_disk_gb = integer_of(value); }},
    {"tags", [](image& to, const json::value& value) { to.tags = tags_of(value); }},
};

const auto* find_assignment(std::string_view name) {
    const auto* const found =
        std::ranges::find(assignments, name, &std::pair<std::string_view, assignment>::first);
    return found == std::end(assignments) ? nullptr : found;
}

void refuse_answer_only(const json::object& body) {
    for (const std::string_view each : {"direct_url", "self", "file", "schema", "stores"}) {
        if (!body.contains(each)) continue;
        throw problem(reason::forbidden, fmt::format("Attribute '{}' is read-only.", each));
    }
}

// In the order in which Glance looks for them.
std::string_view first_forbidden(const json::object& body) {
    for (const std::string_view each :
         {"created_at", "updated_at", "status", "checksum", "os_hash_algo", "os_hash_value", "size",
          "virtual_size", "locations"}) {
        if (body.contains(each)) return each;
    }
    return {};
}

void check_custom_name(std::string_view name) {
    check_property_name(name);
    if (!is_reserved(name)) return;
    throw problem(reason::forbidden, fmt::format("Attribute '{}' is reserved.", name),
                  layout::sentence_first);
}

}  // namespace

bool is_writable(std::string_view name) noexcept { return find_assignment(name) != nullptr; }

void assign(image& to, std::string_view name, const json::value& value) {
    const auto* const found = find_assignment(name);
    assert(found);
    found->second(to, value);
}

image_draft read_image(const json::value& body, const image_schema& schema) {
    if (!body.is_object()) {
        throw problem(reason::invalid, "Request body must be a JSON object.");
    }
    const json::object& object = body.get_object();
    refuse_answer_only(object);
    schema.check_whole(body);
    image_draft draft;
    for (const json::key_value_pair& each : object) {
        const std::string_view name = each.key();
        if (is_writable(name)) {
            assign(draft.asked_for, name, each.value());
        } else if (name == "id") {
            draft.asked_for.id = each.value().get_string();
        } else if (!is_attribute(name)) {
            check_custom_name(name);
            draft.asked_for.properties.push_back({std::string(name), text_or_null(each.value())});
        }
    }
    draft.has_owner = object.contains("owner");
    if (const json::value* const tags = object.if_contains("tags")) {
        draft.tag_count = tags->get_array().size();
    }
    draft.forbidden = first_forbidden(object);
    return draft;
}

image make_image(image_draft draft, const image_limits& limits) {
    check_tag_count(draft.tag_count, limits);
    if (!draft.forbidden.empty()) {
        throw problem(reason::forbidden,
                      fmt::format("Attribute '{}' is {}.", draft.forbidden,
                                  draft.forbidden == "locations" ? "reserved" : "read-only"));
    }
    check_minimum("min_disk", draft.asked_for.min_disk_gb);
    check_minimum("min_ram", draft.asked_for.min_ram_mb);
    check_property_count(draft.asked_for, limits);
    check_storable(draft.asked_for);
    return std::move(draft.asked_for);
}

}  // namespace glimt
