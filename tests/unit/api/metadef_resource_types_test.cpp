// SPDX-License-Identifier: Apache-2.0
//
// Contract 1.27, with the texts that Debian's Glance gives
// (tests/data/differential/metadefs_things.json and metadefs_lists.json).
#include "metadef_fixture.hpp"

using namespace glimt;
using glimt::testing::refused;
using glimt::testing::without_times;

namespace {

using ::testing::StartsWith;

const std::string all = "/namespaces/n/resource_types";

struct metadef_resource_types_test : glimt::testing::metadef_fixture {};

TEST_F(metadef_resource_types_test, are_associated_with_namespaces_and_stay) {
    make_namespace("n");
    const std::string times = R"("created_at": "{time}", "updated_at": "{time}"})";
    const response made = ask_as(
        admin, "POST", all, R"({"name": "R::S", "properties_target": "image", "prefix": "x_"})");
    EXPECT_EQ(made.status, 201u);
    const std::string shown =
        R"({"name": "R::S", "prefix": "x_", "properties_target": "image", )" + times;
    EXPECT_EQ(without_times(made.text), shown);
    EXPECT_EQ(without_times(ask_as(stranger, "GET", all).text),
              R"({"resource_type_associations": [)" + shown + "]}");
    EXPECT_EQ(ask_as(admin, "POST", all, R"({"name": "R::S"})").text,
              refused("409 Conflict",
                      "The metadata definition resource-type association of "
                      "resource-type=R::S to namespace=n already exists."));
    EXPECT_EQ(ask_as(admin, "DELETE", all + "/R::S").status, 204u);
    EXPECT_EQ(ask_as(admin, "DELETE", all + "/R::S").text,
              refused("404 Not Found", "Failed to find resource type R::S to delete"));
    EXPECT_EQ(ask_as(stranger, "GET", all).text, R"({"resource_type_associations": []})");
    EXPECT_EQ(without_times(ask_as(stranger, "GET", "/resource_types").text),
              R"({"resource_types": [{"name": "R::S", )" + times + "]}");
}

TEST_F(metadef_resource_types_test, are_refused_in_glances_words) {
    make_namespace("n", "public", true);
    make(all, R"({"name": "R"})");
    const struct {
        const char* token;
        const char* method;
        std::string path;
        const char* body;
        const char* begins;
    } cases[] = {
        {owner, "POST", all, R"({"name": "T"})",
         "403 Forbidden\n\nYou are not authorized to complete "
         "add_metadef_resource_type_association action."},
        {owner, "DELETE", all + "/R", "",
         "403 Forbidden\n\nYou are not authorized to complete "
         "remove_metadef_resource_type_association action."},
        {admin, "DELETE", all + "/R", "",
         "403 Forbidden\n\nMetadata definition resource-type-association R is protected and "
         "cannot be deleted."},
        {roleless, "GET", all, "", "404 Not Found\n\nThe resource could not be found."},
        {roleless, "GET", "/resource_types", "",
         "404 Not Found\n\nThe resource could not be found."},
        {admin, "GET", all, "{}", "400 Bad Request\n\nA body is not expected"},
        {admin, "POST", all, R"({"name": "T", "created_at": "a"})",
         "403 Forbidden\n\nAttribute 'created_at' is read-only."},
        {admin, "POST", all, R"({"name": "T", "prefix": null})",
         "400 Bad Request\n\nProvided object does not match schema 'resource_type_association': "
         "None is not of type 'string'"},
        {admin, "POST", all, "{\"name\": \"T\", \"prefix\": \"\U0001f600\"}",
         "400 Bad Request\n\nCouldn't create metadata resource type association: Prefix can't"},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(std::string(one.method) + " " + one.path + " " + one.body);
        EXPECT_THAT(ask_as(one.token, one.method, one.path, one.body).text, StartsWith(one.begins));
    }
}

}  // namespace
