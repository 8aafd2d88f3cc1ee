// SPDX-License-Identifier: Apache-2.0
//
// Contract 1.27, with the texts that Debian's Glance gives
// (tests/data/differential/metadefs_things.json).
#include "metadef_fixture.hpp"

using namespace glimt;
using glimt::testing::refused;
using glimt::testing::without_times;

namespace {

using ::testing::StartsWith;

const std::string all = "/namespaces/n/objects";

// What every object of the namespace n ends with.
std::string tail_of(const std::string& name) {
    return R"("created_at": "{time}", "updated_at": "{time}", )"
           R"("self": "/v2/metadefs/namespaces/n/objects/)" +
           name + R"(", "schema": "/v2/schemas/metadefs/object"})";
}

struct metadef_objects_test : glimt::testing::metadef_fixture {};

TEST_F(metadef_objects_test, live_from_being_made_to_being_deleted) {
    make_namespace("n");
    const response made = ask_as(
        admin, "POST", all,
        R"({"name": "a", "properties": {"p": {"title": "P", "type": "number", "minimum": 1.5}}})");
    EXPECT_EQ(made.status, 201u);
    const std::string properties =
        R"("properties": {"p": {"type": "number", "title": "P", "minimum": 1}}, )";
    EXPECT_EQ(without_times(made.text), R"({"name": "a", )" + properties + tail_of("a"));
    const std::string shown = R"({"name": "a", "required": [], )" + properties + tail_of("a");
    EXPECT_EQ(without_times(ask_as(stranger, "GET", all + "/a").text), shown);
    EXPECT_EQ(without_times(ask_as(stranger, "GET", all).text),
              R"({"objects": [)" + shown + R"(], "schema": "v2/schemas/metadefs/objects"})");

    const response changed =
        ask_as(admin, "PUT", all + "/a", R"({"name": "b", "required": ["x", "y,z"]})");
    EXPECT_EQ(changed.status, 200u);
    EXPECT_EQ(without_times(changed.text),
              R"({"name": "b", "required": ["x", "y,z"], )" + tail_of("b"));
    EXPECT_EQ(without_times(ask_as(admin, "GET", all + "/b").text),
              R"({"name": "b", "required": ["x", "y", "z"], "properties": {}, )" + tail_of("b"));
    EXPECT_EQ(ask_as(admin, "GET", all + "/a").status, 404u);
    EXPECT_EQ(ask_as(admin, "DELETE", all + "/b").status, 204u);
    EXPECT_EQ(ask_as(admin, "DELETE", all + "/b").text,
              refused("404 Not Found", "Could not find metadata object b"));
}

TEST_F(metadef_objects_test, have_a_name_of_their_own) {
    make_namespace("n");
    make(all, R"({"name": "a"})");
    make(all, R"({"name": "b"})");
    const response again = ask_as(admin, "POST", all, R"({"name": "a"})");
    EXPECT_EQ(again.text, refused("409 Conflict",
                                  "A metadata definition object with name=a "
                                  "already exists in namespace=n."));
    const response renamed = ask_as(admin, "PUT", all + "/a", R"({"name": "b"})");
    EXPECT_EQ(renamed.text,
              refused("409 Conflict",
                      "Invalid update. It would result in a duplicate metadata definition object "
                      "with the same name=a in namespace=n."));
    EXPECT_EQ(ask_as(admin, "DELETE", all).status, 204u);
    EXPECT_EQ(read(all).at("objects").as_array().size(), 0U);
}

TEST_F(metadef_objects_test, are_refused_in_glances_words) {
    make_namespace("n", "public", true);
    make_namespace("closed", "private");
    make(all, R"({"name": "a"})");
    const struct {
        const char* token;
        const char* method;
        std::string path;
        const char* body;
        const char* begins;
    } cases[] = {
        {owner, "POST", "n/objects", R"({"name": "b"})",
         "403 Forbidden\n\nYou are not authorized to complete add_metadef_object action."},
        {owner, "PUT", "n/objects/a", R"({"name": "b"})",
         "403 Forbidden\n\nYou are not authorized to complete modify_metadef_object action."},
        {owner, "DELETE", "n/objects/a", "",
         "403 Forbidden\n\nYou are not authorized to complete delete_metadef_object action."},
        {owner, "DELETE", "n/objects", "",
         "403 Forbidden\n\nYou are not authorized to complete delete_metadef_namespace action."},
        {admin, "DELETE", "n/objects/a", "",
         "403 Forbidden\n\nMetadata definition object a is protected and cannot be deleted."},
        {admin, "DELETE", "n/objects/x", "", "404 Not Found\n\nCould not find metadata object x"},
        {stranger, "GET", "closed/objects", "", "404 Not Found\n\nNamespace closed not found"},
        {admin, "GET", "nope/objects", "", "404 Not Found\n\nNamespace nope not found"},
        {roleless, "GET", "n/objects", "", "404 Not Found\n\nThe resource could not be found."},
        {admin, "GET", "n/objects?limit=0", "", "400 Bad Request\n\nlimit param must be positive"},
        {admin, "GET", "n/objects?sort_dir=up", "",
         "400 Bad Request\n\nInvalid sort direction: up"},
        {admin, "GET", "n/objects/a", "{}",
         "400 Bad Request\n\nA body is not expected with this request."},
        {admin, "POST", "n/objects", R"({"name": "b", "created_at": "a"})",
         "403 Forbidden\n\nAttribute 'created_at' is read-only."},
        {admin, "POST", "n/objects",
         R"({"name": "b", "properties": {"p": {"type": "string", "title": "T", "nope": 1}}})",
         "400 Bad Request\n\nProvided object does not match schema 'property': Additional"},
        {admin, "PUT", "n/objects/a", "{\"name\": \"\U0001f600\"}",
         "400 Bad Request\n\nCouldn't update metadata object: Name can't contain 4 byte unicode"},
        {admin, "PUT", "n/objects/x", "{\"name\": \"\U0001f600\"}",
         "404 Not Found\n\nCould not find metadata object x"},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(std::string(one.method) + " " + one.path + " " + one.body);
        const response refusal = ask_as(one.token, one.method, "/namespaces/" + one.path, one.body);
        EXPECT_THAT(refusal.text, StartsWith(one.begins));
    }
}

}  // namespace
