// SPDX-License-Identifier: Apache-2.0
#include "image/metadef_json.hpp"

#include "image/json_text.hpp"
#include "image/metadef_property.hpp"

namespace glimt {
namespace {

constexpr std::string_view root = "/v2/metadefs/namespaces/";

void append_if_any(json_members& to, std::string_view name,
                   const std::optional<std::string>& text) {
    if (text) append_json_string(to[name], *text);
}

template <class Made>
void append_times(json_members& to, const Made& shown) {
    append_json_time(to["created_at"], shown.created_at);
    if (shown.updated_at) append_json_time(to["updated_at"], *shown.updated_at);
}

template <class Things, class Append>
void append_list(std::string& to, const Things& things, Append append_one) {
    to += '[';
    bool first = true;
    for (const auto& thing : things) {
        if (!first) to += ", ";
        first = false;
        append_one(to, thing);
    }
    to += ']';
}

// --- parts ---------------------------------------------------------------------------------------

void append_property_map(std::string& to, const boost::json::object& properties) {
    json_members of(to);
    for (const auto& [name, property] : properties) {
        if (!property.is_object()) continue;
        append_property_type(of.escaped(name), property_type_of(property.get_object()));
    }
    of.end();
}

void append_property_map(std::string& to, std::span<const metadef_property> properties) {
    json_members of(to);
    for (const metadef_property& each : properties)
        append_property_type(of.escaped(each.name), property_type_of(each.schema));
    of.end();
}

void append_object_base(json_members& to, const metadef_object& shown) {
    append_json_string(to["name"], shown.name);
    if (shown.required) append_list(to["required"], *shown.required, append_json_string);
    append_if_any(to, "description", shown.description);
    if (shown.properties) append_property_map(to["properties"], *shown.properties);
}

void append_asked_object(std::string& to, const metadef_object& shown) {
    json_members of(to);
    append_object_base(of, shown);
    of.end();
}

void append_association_base(json_members& to, const metadef_association& shown) {
    append_json_string(to["name"], shown.resource_type);
    append_if_any(to, "prefix", shown.prefix);
    append_if_any(to, "properties_target", shown.properties_target);
}

void append_asked_association(std::string& to, const metadef_association& shown) {
    json_members of(to);
    append_association_base(of, shown);
    of.end();
}

void append_tag_name(std::string& to, const metadef_tag& shown) {
    json_members of(to);
    append_json_string(of["name"], shown.name);
    of.end();
}

// What has a name and times, and nothing else.
template <class Made>
void append_named(std::string& to, const Made& shown) {
    json_members of(to);
    append_json_string(of["name"], shown.name);
    append_times(of, shown);
    of.end();
}

void append_base(json_members& to, const metadef_namespace& shown) {
    append_json_string(to["namespace"], shown.name);
    append_if_any(to, "display_name", shown.display_name);
    append_if_any(to, "description", shown.description);
    append_json_string(to["visibility"], shown.is_public ? "public" : "private");
    append_json_bool(to["protected"], shown.is_protected);
    append_json_string(to["owner"], shown.owner);
    append_times(to, shown);
}

void append_contents(json_members& to, const metadef_contents& contents, const namespace_view& view,
                     std::string_view within) {
    if (view.associations)
        append_list(to["resource_type_associations"], contents.associations,
                    view.kept ? append_association : append_asked_association);
    if (view.properties) append_property_map(to["properties"], contents.properties);
    if (view.objects) {
        append_list(to["objects"], contents.objects,
                    [&](std::string& text, const metadef_object& each) {
                        if (view.kept) return append_object(text, each, within);
                        append_asked_object(text, each);
                    });
    }
    if (view.tags) append_list(to["tags"], contents.tags, append_tag_name);
}

}  // namespace

namespace_view view_of(const metadef_contents& contents) {
    return {.associations = !contents.associations.empty(),
            .properties = !contents.properties.empty(),
            .objects = !contents.objects.empty(),
            .tags = !contents.tags.empty()};
}

void append_namespace(std::string& to, const metadef_namespace& shown,
                      const metadef_contents& contents, const namespace_view& view) {
    json_members of(to);
    append_base(of, shown);
    append_contents(of, contents, view, shown.name);
    append_json_string(of["self"], std::string(root).append(shown.name));
    append_json_string(of["schema"], "/v2/schemas/metadefs/namespace");
    of.end();
}

void append_namespaces(std::string& to, std::span<const listed_namespace> shown,
                       const page_links& links) {
    json_members of(to);
    append_list(of["namespaces"], shown, [](std::string& text, const listed_namespace& each) {
        metadef_contents contents;
        contents.associations = each.associations;
        append_namespace(text, each.value, contents, view_of(contents));
    });
    if (links.next) append_json_string(of["next"], *links.next);
    append_json_string(of["schema"], "/v2/schemas/metadefs/namespaces");
    append_json_string(of["first"], links.first);
    of.end();
}

void append_object(std::string& to, const metadef_object& shown, std::string_view within) {
    json_members of(to);
    append_object_base(of, shown);
    append_times(of, shown);
    append_json_string(of["self"],
                       std::string(root).append(within).append("/objects/").append(shown.name));
    append_json_string(of["schema"], "/v2/schemas/metadefs/object");
    of.end();
}

void append_objects(std::string& to, std::span<const metadef_object> shown,
                    std::string_view within) {
    json_members of(to);
    append_list(of["objects"], shown, [&](std::string& text, const metadef_object& each) {
        append_object(text, each, within);
    });
    append_json_string(of["schema"], "v2/schemas/metadefs/objects");  // in Glance without a slash
    of.end();
}

void append_property(std::string& to, const metadef_property& shown) {
    boost::json::object named = shown.schema;
    named["name"] = shown.name;
    append_property_type(to, property_type_of(named));
}

void append_properties(std::string& to, std::span<const metadef_property> shown) {
    json_members of(to);
    append_property_map(of["properties"], shown);
    of.end();
}

void append_tag(std::string& to, const metadef_tag& shown) { append_named(to, shown); }

void append_tags(std::string& to, std::span<const metadef_tag> shown) {
    json_members of(to);
    append_list(of["tags"], shown, append_tag_name);
    of.end();
}

void append_association(std::string& to, const metadef_association& shown) {
    json_members of(to);
    append_association_base(of, shown);
    append_times(of, shown);
    of.end();
}

void append_associations(std::string& to, std::span<const metadef_association> shown) {
    json_members of(to);
    append_list(of["resource_type_associations"], shown, append_association);
    of.end();
}

void append_resource_types(std::string& to, std::span<const metadef_resource_type> shown) {
    json_members of(to);
    append_list(of["resource_types"], shown, append_named<metadef_resource_type>);
    of.end();
}

}  // namespace glimt
