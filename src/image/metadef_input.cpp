// SPDX-License-Identifier: Apache-2.0
#include "image/metadef_input.hpp"

#include "core/problem.hpp"
#include "image/json_schema.hpp"
#include "image/metadef_property.hpp"
#include "image/metadef_schema.hpp"
#include "image/utf8.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <span>

namespace glimt {
namespace {

namespace json = boost::json;

constexpr std::size_t name_characters_max = 80;  // of every column of names

[[noreturn]] void refuse(std::string why) { throw problem(reason::invalid, std::move(why)); }

// --- bodies and schemas --------------------------------------------------------------------------

void check(const json::object& schema, const json::value& value) {
    if (const auto why = schema_error(schema, value)) {
        refuse(fmt::format("Provided object does not match schema '{}': {}",
                           std::string_view(schema.at("name").get_string()), *why));
    }
}

const json::object& object_of(const json::value& body) {
    if (!body.is_object()) refuse("Request body must be a JSON object.");
    return body.get_object();
}

using names = std::initializer_list<std::string_view>;

// As the body of a request: without what only answers have.
const json::object& checked_body(const json::value& body, const json::object& schema,
                                 names answered) {
    const json::object& object = object_of(body);
    for (const std::string_view each : answered) {
        if (!object.contains(each)) continue;
        throw problem(reason::forbidden, fmt::format("Attribute '{}' is read-only.", each));
    }
    check(schema, body);
    return object;
}

constexpr names times = {"created_at", "updated_at"};
constexpr names references_and_times = {"self", "schema", "created_at", "updated_at"};

// --- members of what a schema has passed ---------------------------------------------------------

std::optional<std::string> text_in(const json::object& from, std::string_view name) {
    const json::value* const found = from.if_contains(name);
    if (!found) return std::nullopt;
    return std::string(found->get_string());
}

std::string name_in(const json::object& from) { return std::string(from.at("name").get_string()); }

bool flag_in(const json::object& from, std::string_view name) {
    const json::value* const found = from.if_contains(name);
    return found && found->get_bool();
}

std::span<const json::value> list_in(const json::object& from, std::string_view name) {
    const json::value* const found = from.if_contains(name);
    if (!found) return {};
    return {found->get_array().data(), found->get_array().size()};
}

std::optional<std::vector<std::string>> required_in(const json::object& from) {
    if (!from.contains("required")) return std::nullopt;
    std::vector<std::string> required;
    for (const json::value& each : list_in(from, "required"))
        required.emplace_back(each.get_string());
    return required;
}

// Each property of an object has to fit the schema of properties, too.
std::optional<json::object> properties_in(const json::object& from) {
    const json::value* const found = from.if_contains("properties");
    if (!found) return std::nullopt;
    json::object made;
    for (const json::key_value_pair& each : found->get_object()) {
        check(metadef_mapped_property_schema(), each.value());
        made.emplace(each.key(), read_property_type(each.value().get_object()));
    }
    return made;
}

// --- one thing -----------------------------------------------------------------------------------

metadef_object make_object(const json::object& from) {
    metadef_object made;
    made.name = name_in(from);
    made.description = text_in(from, "description");
    made.required = required_in(from);
    made.properties = properties_in(from);
    return made;
}

metadef_association make_association(const json::object& from) {
    metadef_association made;
    made.resource_type = name_in(from);
    made.prefix = text_in(from, "prefix");
    made.properties_target = text_in(from, "properties_target");
    return made;
}

metadef_tag make_tag(const json::object& from) {
    metadef_tag made;
    made.name = name_in(from);
    return made;
}

metadef_property make_property(std::string_view name, const json::object& from) {
    if (count_code_points(name) > name_characters_max)
        refuse(fmt::format("The name of a property is longer than {} characters.",
                           name_characters_max));
    metadef_property made;
    made.name = name;
    made.schema = read_property_type(from);
    return made;
}

// In a list each thing has to fit the schema it has on its own; Glance's of namespaces leaves
// that to code that fails.
template <class Made>
std::vector<Made> make_all(std::span<const json::value> from, const json::object& schema,
                           Made (*make)(const json::object&)) {
    std::vector<Made> made;
    for (const json::value& each : from) {
        check(schema, each);
        made.push_back(make(each.get_object()));
    }
    return made;
}

metadef_contents contents_in(const json::object& from) {
    metadef_contents made;
    made.associations = make_all(list_in(from, "resource_type_associations"),
                                 metadef_resource_type_schema(), make_association);
    made.objects = make_all(list_in(from, "objects"), metadef_object_schema(), make_object);
    made.tags = make_all(list_in(from, "tags"), metadef_tag_schema(), make_tag);
    if (const json::value* const properties = from.if_contains("properties")) {
        for (const json::key_value_pair& each : properties->get_object())
            made.properties.push_back(make_property(each.key(), each.value().get_object()));
    }
    return made;
}

metadef_namespace base_in(const json::object& from) {
    metadef_namespace made;
    made.name = from.at("namespace").get_string();
    made.display_name = text_in(from, "display_name");
    made.description = text_in(from, "description");
    made.is_public = text_in(from, "visibility") == "public";
    made.is_protected = flag_in(from, "protected");
    made.owner = text_in(from, "owner").value_or("");
    return made;
}

// --- files ---------------------------------------------------------------------------------------

json::object without_others(const json::object& from, names known) {
    json::object made;
    for (const std::string_view each : known) {
        const json::value* const found = from.if_contains(each);
        if (found && !found->is_null()) made.emplace(each, *found);
    }
    return made;
}

void reduce_list(json::object& of, std::string_view name, names known) {
    json::value* const list = of.if_contains(name);
    if (!list || !list->is_array()) return;
    for (json::value& each : list->get_array())
        if (each.is_object()) each = without_others(each.get_object(), known);
}

// --- what the database can keep ------------------------------------------------------------------

void check_text(std::string_view name, std::string_view text, std::string_view doing) {
    if (!has_four_byte_character(text)) return;
    refuse(fmt::format("Couldn't {}: {} can't contain 4 byte unicode characters.", doing, name));
}

void check_text(std::string_view name, const std::optional<std::string>& text,
                std::string_view doing) {
    if (text) check_text(name, std::string_view(*text), doing);
}

// Texts of a property, but for those in lists.
void check_property_type(const json::object& value, std::string_view doing) {
    constexpr std::pair<std::string_view, std::string_view> texts[] = {
        {"name", "Name"},
        {"title", "Title"},
        {"description", "Description"},
        {"pattern", "Pattern"},
    };
    for (const auto& [name, shown] : texts) {
        const json::value* const found = value.if_contains(name);
        if (found && found->is_string())
            check_text(shown, std::string_view(found->get_string()), doing);
    }
}

}  // namespace

namespace_draft read_namespace(const json::value& body) {
    const json::object& object =
        checked_body(body, metadef_namespace_schema(), references_and_times);
    namespace_draft draft;
    draft.value = base_in(object);
    draft.has_owner = object.contains("owner");
    draft.contents = contents_in(object);
    draft.named = {.associations = object.contains("resource_type_associations"),
                   .properties = object.contains("properties"),
                   .objects = object.contains("objects"),
                   .tags = object.contains("tags"),
                   .kept = false};
    return draft;
}

metadef_object read_object(const json::value& body) {
    return make_object(checked_body(body, metadef_object_schema(), references_and_times));
}

metadef_property read_property(const json::value& body) {
    const json::object& object = checked_body(body, metadef_property_schema(), times);
    return make_property(object.at("name").get_string(), object);
}

metadef_tag read_tag(const json::value& body) {
    return make_tag(checked_body(body, metadef_tag_schema(), times));
}

metadef_association read_association(const json::value& body) {
    return make_association(checked_body(body, metadef_resource_type_schema(), times));
}

std::vector<metadef_tag> read_tags(const json::value& body) {
    const json::object& object = checked_body(body, metadef_new_tags_schema(), times);
    return make_all(list_in(object, "tags"), metadef_tag_schema(), make_tag);
}

metadef_tag tag_named(std::string_view name) {
    const json::value tag = {{"name", name}};
    check(metadef_tag_schema(), tag);
    return make_tag(tag.get_object());
}

namespace_draft read_namespace_file(const json::value& file) {
    if (!file.is_object()) refuse("It is no JSON object.");
    json::object known =
        without_others(file.get_object(),
                       {"namespace", "display_name", "description", "visibility", "protected",
                        "owner", "resource_type_associations", "properties", "objects", "tags"});
    reduce_list(known, "resource_type_associations", {"name", "prefix", "properties_target"});
    reduce_list(known, "objects", {"name", "description", "required", "properties"});
    reduce_list(known, "tags", {"name"});
    namespace_draft draft = read_namespace(known);
    if (!draft.has_owner) draft.value.owner = "admin";
    check_storable(draft.value, "load it");
    check_storable(draft.contents, "load it");
    return draft;
}

void check_storable(const metadef_namespace& value, std::string_view doing) {
    check_text("Namespace", std::string_view(value.name), doing);
    check_text("Display_Name", value.display_name, doing);
    check_text("Description", value.description, doing);
    check_text("Owner", std::string_view(value.owner), doing);
}

void check_storable(const metadef_contents& value, std::string_view doing) {
    for (const metadef_association& each : value.associations) check_storable(each, doing);
    for (const metadef_object& each : value.objects) check_storable(each, doing);
    for (const metadef_tag& each : value.tags) check_storable(each, doing);
    for (const metadef_property& each : value.properties) check_storable(each, doing);
}

void check_storable(const metadef_object& value, std::string_view doing) {
    check_text("Name", std::string_view(value.name), doing);
    if (value.required)
        for (const std::string& each : *value.required)
            check_text("Required", std::string_view(each), doing);
    check_text("Description", value.description, doing);
    if (!value.properties) return;
    for (const auto& [name, property] : *value.properties)
        check_property_type(property.get_object(), doing);
}

void check_storable(const metadef_property& value, std::string_view doing) {
    check_text("Name", std::string_view(value.name), doing);
    check_property_type(value.schema, doing);
}

void check_storable(const metadef_tag& value, std::string_view doing) {
    check_text("Name", std::string_view(value.name), doing);
}

void check_storable(const metadef_association& value, std::string_view doing) {
    check_text("Name", std::string_view(value.resource_type), doing);
    check_text("Prefix", value.prefix, doing);
    check_text("Properties_Target", value.properties_target, doing);
}

}  // namespace glimt
