// SPDX-License-Identifier: Apache-2.0
//
// What the API's tests do not see: times that are not there, and what is empty.
#include "image/metadef_json.hpp"

#include <gmock/gmock.h>

namespace glimt {
namespace {

constexpr timestamp when(std::chrono::seconds(1'700'000'000));
const std::string made_then = R"("created_at": "2023-11-14T22:13:20Z")";

template <class Append>
std::string text_of(Append append) {
    std::string text;
    append(text);
    return text;
}

TEST(metadef_json, what_was_loaded_has_not_been_changed_since) {
    metadef_namespace loaded;
    loaded.name = "n";
    loaded.description = "\u00e9\"";
    loaded.owner = "admin";
    loaded.created_at = when;
    metadef_contents contents;
    contents.objects.resize(1);
    contents.objects[0].name = "o";
    contents.objects[0].required.emplace();
    contents.objects[0].properties.emplace();
    contents.objects[0].created_at = when;
    EXPECT_EQ(text_of([&](std::string& to) {
                  append_namespace(to, loaded, contents, view_of(contents));
              }),
              R"({"namespace": "n", "description": ")"
              "\u00e9"
              R"(\"", "visibility": "private", "protected": false, "owner": "admin", )" +
                  made_then + R"(, "objects": [{"name": "o", "required": [], "properties": {}, )" +
                  made_then +
                  R"(, "self": "/v2/metadefs/namespaces/n/objects/o", )"
                  R"("schema": "/v2/schemas/metadefs/object"}], )"
                  R"("self": "/v2/metadefs/namespaces/n", )"
                  R"("schema": "/v2/schemas/metadefs/namespace"})");
    const metadef_tag tag{"t", when, std::nullopt};
    EXPECT_EQ(text_of([&](std::string& to) { append_tag(to, tag); }),
              R"({"name": "t", )" + made_then + "}");
}

TEST(metadef_json, empty_lists_are_lists) {
    EXPECT_EQ(text_of([](std::string& to) { append_namespaces(to, {}, {"/first", {}}); }),
              R"({"namespaces": [], "schema": "/v2/schemas/metadefs/namespaces", )"
              R"("first": "/first"})");
    EXPECT_EQ(text_of([](std::string& to) { append_objects(to, {}, "n"); }),
              R"({"objects": [], "schema": "v2/schemas/metadefs/objects"})");
    EXPECT_EQ(text_of([](std::string& to) { append_properties(to, {}); }), R"({"properties": {}})");
    EXPECT_EQ(text_of([](std::string& to) { append_tags(to, {}); }), R"({"tags": []})");
    EXPECT_EQ(text_of([](std::string& to) { append_associations(to, {}); }),
              R"({"resource_type_associations": []})");
    EXPECT_EQ(text_of([](std::string& to) { append_resource_types(to, {}); }),
              R"({"resource_types": []})");
}

// glance-manage keeps a file's properties as they are, whatever they are.
TEST(metadef_json, what_is_no_property_is_not_shown) {
    metadef_object loaded;
    loaded.name = "o";
    loaded.created_at = when;
    loaded.properties = boost::json::object{
        {"p", {{"title", "P"}, {"type", "number"}, {"default", 1.5}}}, {"q", 1}};
    EXPECT_EQ(text_of([&](std::string& to) { append_object(to, loaded, "n"); }),
              R"({"name": "o", "properties": {"p": {"type": "number", "title": "P", )"
              R"("default": "1.5"}}, )" +
                  made_then +
                  R"(, "self": "/v2/metadefs/namespaces/n/objects/o", )"
                  R"("schema": "/v2/schemas/metadefs/object"})");
}

}  // namespace
}  // namespace glimt
