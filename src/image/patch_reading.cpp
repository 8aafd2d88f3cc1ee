// SPDX-License-Identifier: Apache-2.0
#include "core/problem.hpp"
#include "image/attributes.hpp"
#include "image/image_patch.hpp"
#include "image/json_pointer.hpp"
#include "image/python_text.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

namespace glimt {
namespace {

namespace json = boost::json;

constexpr std::size_t changes_max = 4096;  // each may look through all properties

constexpr std::array<std::pair<std::string_view, patch_operation>, 3> operations = {{
    {"add", patch_operation::add},
    {"remove", patch_operation::remove},
    {"replace", patch_operation::replace},
}};

[[noreturn]] void refuse(std::string why) { throw problem(reason::invalid, std::move(why)); }

// What a change says it wants to do, and where.
struct request {
    patch_operation operation;
    std::string_view name;  // of the operation
    const json::value& path;
};

request read_v2_1(const json::object& change) {
    const json::value* const operation = change.if_contains("op");
    if (!operation || operation->is_null()) {
        refuse(
            "Unable to find `op` in JSON Schema change. It must be one of the following: add, "
            "remove, replace.");
    }
    for (const auto& [name, each] : operations) {
        if (!operation->is_string() || operation->get_string() != name) continue;
        const json::value* const path = change.if_contains("path");
        if (!path) refuse("Unable to find 'path' in JSON Schema change");
        return {each, name, *path};
    }
    const std::string shown =
        operation->is_string() ? std::string(operation->get_string()) : python_repr(*operation);
    refuse(fmt::format(
        "Invalid operation: `{}`. It must be one of the following: add, remove, replace.", shown));
}

request read_v2_0(const json::object& change) {
    std::optional<request> found;
    for (const auto& [name, each] : operations) {
        const json::value* const path = change.if_contains(name);
        if (!path) continue;
        if (found) {
            refuse(
                "Operation objects must contain only one member named \"add\", \"remove\", or "
                "\"replace\".");
        }
        found.emplace(request{each, name, *path});
    }
    if (!found) {
        refuse(
            "Operation objects must contain exactly one member named \"add\", \"remove\", or "
            "\"replace\".");
    }
    return *found;
}

std::vector<std::string> segments_of(const json::value& path) {
    if (path.is_string()) return segments_of_pointer(path.get_string());
    refuse(fmt::format("Pointer `{}` does not start with \"/\".", python_repr(path)));
}

void check_depth(patch_operation operation, const std::vector<std::string>& segments) {
    const bool one_location =
        segments.front() == "locations" && operation != patch_operation::replace;
    if (segments.size() == (one_location ? 2 : 1)) return;
    std::string path;
    for (const std::string& each : segments) path += '/' + each;
    refuse(fmt::format("Invalid JSON pointer for this resource: '{}'", path));
}

void check_name(std::string_view name) {
    if (is_read_only(name)) {
        throw problem(reason::forbidden, fmt::format("Attribute '{}' is read-only.", name));
    }
    if (is_reserved(name) || is_internal(name)) {
        throw problem(reason::forbidden, fmt::format("Attribute '{}' is reserved.", name));
    }
}

image_change read_change(const json::value& change, patch_media media, const image_schema& schema) {
    if (!change.is_object()) refuse("Operations must be JSON objects.");
    const json::object& object = change.get_object();
    const request asked = media == patch_media::v2_1 ? read_v2_1(object) : read_v2_0(object);
    std::vector<std::string> segments = segments_of(asked.path);
    check_depth(asked.operation, segments);
    const json::value* const value = object.if_contains("value");
    const bool removes = asked.operation == patch_operation::remove;
    if (!value && !removes) {
        refuse(fmt::format("Operation \"{}\" requires a member named \"value\".", asked.name));
    }
    image_change read{asked.operation, std::move(segments.front()), {}, nullptr};
    if (segments.size() > 1) read.position = std::move(segments[1]);
    check_name(read.name);
    if (removes) return read;
    read.value = *value;
    // One location is checked as a list of one.
    const json::value part = segments.size() > 1 ? json::value(json::array{*value}) : *value;
    schema.check_part(json::object{{read.name, part}});
    if (!is_attribute(read.name)) check_property_name(read.name);
    return read;
}

}  // namespace

patch_media patch_media_of(std::string_view content_type) {
    constexpr std::string_view v2_0 = "application/openstack-images-v2.0-json-patch";
    constexpr std::string_view v2_1 = "application/openstack-images-v2.1-json-patch";
    std::string_view type = content_type.substr(0, content_type.find(';'));
    type = type.substr(0, type.find_last_not_of(" \t") + 1);
    if (type == v2_0) return patch_media::v2_0;
    if (type == v2_1) return patch_media::v2_1;
    throw problem(reason::unsupported)
        .with_header("Accept-Patch", fmt::format("{}, {}", v2_0, v2_1));
}

std::vector<image_change> read_patch(const json::value& body, patch_media media,
                                     const image_schema& schema) {
    if (!body.is_array()) refuse("Request body must be a JSON array of operation objects.");
    const json::array& changes = body.get_array();
    if (changes.size() > changes_max) {
        throw problem(reason::too_large,
                      fmt::format("No more than {} operations in one request.", changes_max));
    }
    std::vector<image_change> read;
    read.reserve(changes.size());
    for (const json::value& each : changes) read.push_back(read_change(each, media, schema));
    return read;
}

}  // namespace glimt
