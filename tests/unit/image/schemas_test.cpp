// SPDX-License-Identifier: Apache-2.0
#include "image/schemas.hpp"

#include "image/image_schema.hpp"
#include "image/json_text.hpp"
#include "image/metadef_schema.hpp"

#include "golden.hpp"

#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <map>

namespace glimt {
namespace {

namespace json = boost::json;

// As /usr/share/glance-common/schema-image.json has them, in the part Glance shows.
std::string shipped(const json::array& rows) {
    json::object custom;
    for (const json::value& row : rows) {
        if (text_of(row, "schema") != "image" || !row.at("custom").get_bool()) continue;
        const json::value shown = json::parse(text_of(row, "text"));
        for (const auto& each : shown.at("properties").get_object()) {
            if (!each.value().get_object().contains("is_base")) continue;
            json::object property = each.value().get_object();
            property.erase("is_base");
            custom[each.key()] = std::move(property);
        }
    }
    return json::serialize(custom);
}

// Release 33 has one more type of task than the recorded 25.1 (contract 1.28).
std::string with_location_import(std::string text) {
    constexpr std::string_view old = R"("api_image_import"])";
    if (const auto at = text.find(old); at != std::string::npos) {
        text.replace(at, old.size(), R"("api_image_import", "location_import"])");
    }
    return text;
}

TEST(schemas, are_those_of_glance) {
    const json::value golden_rows = golden("schemas.json");
    const json::array& rows = golden_rows.get_array();
    std::vector<std::string> errors;
    const image_schema plain({}, errors);
    image_schema_options options;
    options.custom = shipped(rows);
    const image_schema custom(options, errors);
    EXPECT_TRUE(errors.empty());
    const std::map<std::string, const json::object*> ours = {
        {"member", &member_schema()},
        {"members", &members_schema()},
        {"task", &task_schema()},
        {"tasks", &tasks_schema()},
        {"metadefs/namespace", &metadef_namespace_schema()},
        {"metadefs/namespaces", &metadef_namespaces_schema()},
        {"metadefs/object", &metadef_object_schema()},
        {"metadefs/objects", &metadef_objects_schema()},
        {"metadefs/property", &metadef_property_schema()},
        {"metadefs/properties", &metadef_properties_schema()},
        {"metadefs/tag", &metadef_tag_schema()},
        {"metadefs/tags", &metadef_tags_schema()},
        {"metadefs/resource_type", &metadef_resource_type_schema()},
        {"metadefs/resource_types", &metadef_resource_types_schema()},
    };
    for (const json::value& row : rows) {
        const std::string name = text_of(row, "schema");
        SCOPED_TRACE(name);
        const image_schema& of_images = row.at("custom").get_bool() ? custom : plain;
        const json::object* schema = name == "image"    ? &of_images.shown()
                                     : name == "images" ? &of_images.collection()
                                                        : ours.at(name);
        std::string text;
        append_json(text, *schema, json_letters::ascii);
        EXPECT_EQ(text, with_location_import(text_of(row, "text")));
    }
    EXPECT_EQ(rows.size(), 18);
}

TEST(image_schema, forbids_what_is_not_in_it_where_it_is_told_to) {
    image_schema_options options;
    options.additional_properties = false;
    options.custom = R"({"a": {"type": "string"}})";
    std::vector<std::string> errors;
    const image_schema schema(options, errors);
    EXPECT_EQ(schema.shown().at("additionalProperties"), false);
    EXPECT_FALSE(schema.shown().contains("links"));
}

TEST(image_schema, takes_its_lists_of_formats_from_the_options) {
    image_schema_options options;
    options.disk_formats = {"new"};
    std::vector<std::string> errors;
    const image_schema schema(options, errors);
    const json::value expected{nullptr, "new"};
    EXPECT_EQ(schema.shown().at("properties").at("disk_format").at("enum"), expected);
}

TEST(image_schema, reads_both_forms_of_the_file) {
    const struct {
        const char* what;
        std::string_view file;
        std::vector<std::string> names;
        const char* required;  // as shown; null when it is not
    } cases[] = {
        {"no file", "", {}, nullptr},
        {"nothing in it", "{}", {}, nullptr},
        {"flat", R"({"b": {"type": "string"}, "a": {}})", {"a", "b"}, nullptr},
        {"in parts", R"({"properties": {"a": {}}})", {"a"}, nullptr},
        {"required",
         R"({"properties": {"a": {}}, "required": ["a", "name"]})",
         {"a"},
         R"(["a", "name"])"},
        {"nothing required", R"({"properties": {"a": {}}, "required": []})", {"a"}, nullptr},
        {"only required", R"({"properties": {}, "required": ["name"]})", {}, R"(["name"])"},
        {"what Glance has itself",
         R"({"min_ram": {"type": "integer",
             "description": "Amount of ram (in MB) required to boot image."}})",
         {},
         nullptr},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.what);
        image_schema_options options;
        options.custom = each.file;
        std::vector<std::string> errors;
        const image_schema schema(options, errors);
        EXPECT_TRUE(errors.empty()) << errors.front();
        EXPECT_EQ(std::vector(schema.custom_names().begin(), schema.custom_names().end()),
                  each.names);
        const json::value* const required = schema.shown().if_contains("required");
        ASSERT_EQ(required != nullptr, each.required != nullptr);
        if (required) EXPECT_EQ(*required, json::parse(each.required));
    }
}

TEST(image_schema, says_what_is_wrong_with_the_file) {
    const struct {
        std::string_view file, expected;
    } cases[] = {
        {"{", "no JSON object"},
        {"[]", "no JSON object"},
        {R"({"a": 5})", "5 is not a schema"},
        {R"({"a": {"type": "text"}})", "'type' cannot be 'text'"},
        {R"({"a": {"type": []}})", "'type' cannot be []"},
        {R"({"a": {"pattern": "("}})", "'pattern' cannot be '('"},
        {R"({"a": {"enum": 5}})", "'enum' cannot be 5"},
        {R"({"a": {"maxLength": "5"}})", "'maxLength' cannot be '5'"},
        {R"({"a": {"items": 5}})", "'items' cannot be 5"},
        {R"({"a": {"items": {"type": 5}}})", "'type' cannot be 5"},
        {R"({"a": {"$ref": "x"}})", "'$ref' cannot be 'x'"},
        {R"({"properties": 5})", "'properties' cannot be 5"},
        {R"({"properties": {}, "required": [5]})", "'required' cannot be [5]"},
        {R"({"properties": {}, "x": 5})", "'x' is neither 'properties' nor 'required'"},
        {R"({"name": {"type": "string"}, "a": {}, "size": {}})",
         "custom properties (name, size) conflict with base properties"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.file);
        image_schema_options options;
        options.custom = each.file;
        std::vector<std::string> errors;
        const image_schema schema(options, errors);
        ASSERT_EQ(errors.size(), 1);
        EXPECT_EQ(errors.front(), "schema-image.json: " + std::string(each.expected));
    }
}

}  // namespace
}  // namespace glimt
