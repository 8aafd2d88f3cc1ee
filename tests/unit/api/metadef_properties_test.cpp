// SPDX-License-Identifier: Apache-2.0
//
// Contract 1.27, with the texts that Debian's Glance gives
// (tests/data/differential/metadefs_things.json).
#include "metadef_fixture.hpp"

using namespace glimt;
using glimt::testing::refused;

namespace {

using ::testing::StartsWith;

const std::string all = "/namespaces/n/properties";
const std::string plain = R"({"name": "a", "type": "string", "title": "T"})";

struct metadef_properties_test : glimt::testing::metadef_fixture {};

TEST_F(metadef_properties_test, live_from_being_made_to_being_deleted) {
    make_namespace("n");
    const response made =
        ask_as(admin, "POST", all,
               R"({"title": "T", "type": "boolean", "name": "a", "default": true, "enum": []})");
    EXPECT_EQ(made.status, 201u);
    const std::string shown =
        R"({"name": "a", "type": "boolean", "title": "T", "default": "True", "enum": []})";
    EXPECT_EQ(made.text, shown);
    EXPECT_EQ(ask_as(stranger, "GET", all + "/a").text, shown);
    EXPECT_EQ(ask_as(stranger, "GET", all + "?limit=a").text,
              R"({"properties": {"a": )" + shown + "}}");
    const response changed =
        ask_as(admin, "PUT", all + "/a", R"({"name": "b", "type": "string", "title": "U"})");
    EXPECT_EQ(changed.status, 200u);
    EXPECT_EQ(changed.text, R"({"name": "b", "type": "string", "title": "U"})");
    EXPECT_EQ(ask_as(admin, "GET", all + "/b").text, changed.text);
    EXPECT_EQ(ask_as(admin, "GET", all + "/a").text,
              refused("404 Not Found", "Could not find property a"));
    EXPECT_EQ(ask_as(admin, "DELETE", all + "/b").status, 204u);
    EXPECT_EQ(ask_as(admin, "DELETE", all + "/b").status, 404u);
    make(all, plain);
    EXPECT_EQ(ask_as(admin, "DELETE", all).status, 204u);
    EXPECT_EQ(ask_as(admin, "GET", all).text, R"({"properties": {}})");
}

TEST_F(metadef_properties_test, are_found_under_the_name_they_have_for_a_resource_type) {
    make_namespace("n");
    make_namespace("m");
    make(all, plain);
    make("/namespaces/n/resource_types", R"({"name": "R", "prefix": "x_"})");
    make("/namespaces/n/resource_types", R"({"name": "S"})");
    make("/namespaces/m/resource_types", R"({"name": "T"})");
    const auto lacks = [](const std::string& name, const std::string& prefix) {
        return refused("404 Not Found", "Property " + name +
                                            " does not start with the expected resource type "
                                            "association prefix of '" +
                                            prefix + "'.");
    };
    const struct {
        const char* path;
        std::string text;
    } cases[] = {
        {"/x_a?resource_type=R", plain},
        {"/a?resource_type=R", lacks("a", "x_")},
        {"/a?resource_type=S", lacks("a", "None")},
        {"/a?resource_type=", plain},
        {"/x_a", refused("404 Not Found", "Could not find property x_a")},
        {"/a?resource_type=nope",
         refused("404 Not Found",
                 "The metadata definition resource-type with name=nope, was not found.")},
        {"/a?resource_type=T",
         refused("404 Not Found",
                 "The metadata definition resource-type association of resource-type=T to "
                 "namespace=n, was not found.")},
        {"/a?x=1", refused("400 Bad Request", "The only parameter here is resource_type.")},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.path);
        EXPECT_EQ(ask_as(stranger, "GET", all + one.path).text, one.text);
    }
}

TEST_F(metadef_properties_test, are_refused_in_glances_words) {
    make_namespace("n", "public", true);
    make(all, plain);
    make(all, R"({"name": "b", "type": "string", "title": "T"})");
    const struct {
        const char* token;
        const char* method;
        const char* path;
        std::string body;
        const char* begins;
    } cases[] = {
        {admin, "POST", "", plain,
         "409 Conflict\n\nA metadata definition property with name=a already exists in "
         "namespace=n."},
        {admin, "PUT", "/b", plain,
         "409 Conflict\n\nInvalid update. It would result in a duplicate metadata definition "
         "property with the same name=b in namespace=n."},
        {admin, "DELETE", "/a", "",
         "403 Forbidden\n\nMetadata definition property a is protected and cannot be deleted."},
        {owner, "POST", "", plain,
         "403 Forbidden\n\nYou are not authorized to complete add_metadef_property action."},
        {owner, "PUT", "/a", plain,
         "403 Forbidden\n\nYou are not authorized to complete modify_metadef_property action."},
        {owner, "DELETE", "/a", "",
         "403 Forbidden\n\nYou are not authorized to complete remove_metadef_property action."},
        {roleless, "GET", "/a", "", "404 Not Found\n\nThe resource could not be found."},
        {admin, "GET", "", "{}", "400 Bad Request\n\nA body is not expected with this request."},
        {admin, "POST", "", R"({"name": "c", "type": "nope", "title": "T"})",
         "400 Bad Request\n\nProvided object does not match schema 'property': 'nope' is not"},
        {admin, "POST", "", R"({"name": "c", "type": "string", "title": "T", "enum": [1]})",
         "400 Bad Request\n\nThe attribute 'enum' of a property can't be [1]."},
        {admin, "POST", "", "{\"name\": \"c\", \"type\": \"string\", \"title\": \"\U0001f600\"}",
         "400 Bad Request\n\nCouldn't create metadata property: Title can't contain 4 byte"},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(std::string(one.method) + " " + one.path + " " + one.body);
        EXPECT_THAT(ask_as(one.token, one.method, all + one.path, one.body).text,
                    StartsWith(one.begins));
    }
}

}  // namespace
