// SPDX-License-Identifier: Apache-2.0
#include "image/image_schema.hpp"

#include "core/problem.hpp"
#include "image/image_schema_text.hpp"
#include "image/json_schema.hpp"
#include "image/schema_building.hpp"

#include <boost/json/parse.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace glimt {
namespace {

namespace json = boost::json;

void allow(json::object& properties, std::string_view name, std::span<const std::string> formats) {
    json::array& allowed = properties[name].get_object()["enum"].get_array();
    for (const std::string& each : formats) allowed.emplace_back(each);
}

json::object base_properties(const image_schema_options& options) {
    json::object properties = json::parse(image_schema_text).get_object();
    allow(properties, "container_format", options.container_formats);
    allow(properties, "disk_format", options.disk_formats);
    return properties;
}

// The two forms of the file: the properties themselves, or {"properties": …, "required": …}.
json::object both_parts(json::value file) {
    json::object& object = file.get_object();
    if (object.contains("properties")) return std::move(object);
    json::object parts;
    parts["properties"] = std::move(object);
    return parts;
}

// Why the file is no schema of properties; empty when it is one.
std::string fault_of(const json::object& parts) {
    for (const json::key_value_pair& each : parts) {
        if (each.key() != "properties" && each.key() != "required") {
            return fmt::format("'{}' is neither 'properties' nor 'required'",
                               std::string_view(each.key()));
        }
    }
    if (const auto fault = schema_fault(parts)) return *fault;
    return {};
}

void check(const json::object& schema, const json::value& image) {
    if (const auto why = schema_error(schema, image)) {
        throw problem(reason::invalid, "Provided object does not match schema 'image': " + *why);
    }
}

}  // namespace

image_schema::image_schema(const image_schema_options& options, std::vector<std::string>& errors)
    : additional_properties_(options.additional_properties) {
    shown_ = schema_named("image", base_properties(options));
    json::object custom;
    if (!options.custom.empty()) {
        boost::system::error_code ec;
        json::value file = json::parse(options.custom, ec);
        if (ec || !file.is_object()) {
            errors.push_back("schema-image.json: no JSON object");
        } else {
            custom = both_parts(std::move(file));
        }
    }
    merge(custom, errors);
    if (additional_properties_) {
        shown_["additionalProperties"] = {{"type", "string"}};
    } else {
        shown_["additionalProperties"] = false;
    }
    part_ = shown_;
    if (const json::value* const required = custom.if_contains("required")) {
        if (!required->get_array().empty()) shown_["required"] = *required;
    }
    if (additional_properties_) {
        shown_["links"] =
            json::array{schema_link("self", "{self}"), schema_link("enclosure", "{file}"),
                        schema_link("describedby", "{schema}")};
    }
    collection_ = collection_schema("images", shown_, paging::first_and_next);
}

void image_schema::merge(const json::object& custom, std::vector<std::string>& errors) {
    const std::string fault = fault_of(custom);
    if (!fault.empty()) errors.push_back("schema-image.json: " + fault);
    const json::value* const added = custom.if_contains("properties");
    if (!added || !fault.empty()) return;
    json::object& properties = shown_["properties"].get_object();
    std::string conflicts;
    for (const json::key_value_pair& each : added->get_object()) {
        const json::value* const base = properties.if_contains(each.key());
        if (base && *base != each.value()) {
            conflicts += (conflicts.empty() ? "" : ", ") + std::string(each.key());
        }
        if (base) continue;
        json::object& property = properties[each.key()].emplace_object();
        property = each.value().get_object();
        property["is_base"] = false;
        custom_names_.emplace_back(each.key());
    }
    std::ranges::sort(custom_names_);
    if (conflicts.empty()) return;
    errors.push_back(fmt::format(
        "schema-image.json: custom properties ({}) conflict with base properties", conflicts));
}

void image_schema::check_whole(const json::value& image) const { check(shown_, image); }

void image_schema::check_part(const json::value& image) const { check(part_, image); }

}  // namespace glimt
