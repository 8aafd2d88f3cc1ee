// SPDX-License-Identifier: Apache-2.0
//
// Contract 1.27, with the texts that Debian's Glance gives
// (tests/data/differential/metadefs_namespaces.json and metadefs_lists.json).
#include "metadef_fixture.hpp"

using namespace glimt;
using glimt::testing::refused;
using glimt::testing::value_of;
using glimt::testing::without_times;

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const std::string full = R"({"namespace": "full", "display_name": "Full", "visibility": "public",
    "owner": "ours", "tags": [{"name": "t1"}, {"name": "t2"}],
    "resource_type_associations": [{"name": "OS::Glance::Image", "prefix": "hw_"}],
    "properties": {"p": {"type": "integer", "title": "P", "default": 2}},
    "objects": [{"name": "o", "required": ["q"],
                 "properties": {"q": {"title": "Q", "type": "string"}}}, {"name": "empty"}]})";

const std::string base =
    R"({"namespace": "full", "display_name": "Full", "visibility": "public", "protected": false, )"
    R"("owner": "ours", "created_at": "{time}", "updated_at": "{time}", )";
const std::string references =
    R"("self": "/v2/metadefs/namespaces/full", "schema": "/v2/schemas/metadefs/namespace"})";

struct metadef_namespaces_test : glimt::testing::metadef_fixture {
    std::vector<std::string> list(const char* token, const std::string& query = "") {
        const response got = ask_as(token, "GET", "/namespaces" + query);
        EXPECT_EQ(got.status, 200u) << got.text;
        std::vector<std::string> names;
        if (got.status != 200) return names;
        const auto page = boost::json::parse(got.text);
        for (const auto& each : page.at("namespaces").as_array())
            names.push_back(glimt::testing::text_at(each.as_object(), "namespace"));
        return names;
    }
};

TEST_F(metadef_namespaces_test, are_made_with_everything_in_them) {
    const response made = ask_as(admin, "POST", "/namespaces", full);
    EXPECT_EQ(made.status, 201u);
    EXPECT_EQ(value_of(made, "Location"), "http://glance.example:9292/v2/metadefs/namespaces/full");
    EXPECT_EQ(value_of(made, "Content-Type"), "application/json");
    const std::string property = R"({"type": "integer", "title": "P", "default": "2"}})";
    const std::string in_object = R"({"q": {"type": "string", "title": "Q"}})";
    EXPECT_EQ(
        without_times(made.text),
        base +
            R"("resource_type_associations": [{"name": "OS::Glance::Image", "prefix": "hw_"}],)"
            R"( "properties": {"p": )" +
            property + R"(, "objects": [{"name": "o", "required": ["q"], "properties": )" +
            in_object + R"(}, {"name": "empty"}], "tags": [{"name": "t1"}, {"name": "t2"}], )" +
            references);
    const auto shown = [&](const std::string& prefix) {
        const std::string times = R"("created_at": "{time}", "updated_at": "{time}")";
        const auto object_of = [&](const std::string& name) {
            return times + R"(, "self": "/v2/metadefs/namespaces/full/objects/)" + name +
                   R"(", "schema": "/v2/schemas/metadefs/object"})";
        };
        return base +
               R"("resource_type_associations": [{"name": "OS::Glance::Image", "prefix": )"
               R"("hw_", )" +
               times + R"(}], "properties": {")" + prefix + R"(p": )" + property +
               R"(, "objects": [{"name": "o", "required": [")" + prefix +
               R"(q"], "properties": {")" + prefix + R"(q": {"type": "string", "title": "Q"}}, )" +
               object_of("o") + R"(, {"name": "empty", "required": [], "properties": {}, )" +
               object_of("empty") + R"(], "tags": [{"name": "t2"}, {"name": "t1"}], )" + references;
    };
    EXPECT_EQ(without_times(ask_as(stranger, "GET", "/namespaces/full").text), shown(""));
    EXPECT_EQ(without_times(
                  ask_as(stranger, "GET", "/namespaces/full?resource_type=OS::Glance::Image").text),
              shown("hw_"));
    EXPECT_EQ(without_times(ask_as(stranger, "GET", "/namespaces/full?resource_type=else").text),
              shown(""));
}

TEST_F(metadef_namespaces_test, have_defaults_and_show_nothing_of_what_they_lack) {
    const response made = ask_as(admin, "POST", "/namespaces", R"({"namespace": "a b"})");
    const std::string least =
        R"({"namespace": "a b", "visibility": "private", "protected": false, "owner": "cloud", )"
        R"("created_at": "{time}", "updated_at": "{time}", )"
        R"("self": "/v2/metadefs/namespaces/a b", "schema": "/v2/schemas/metadefs/namespace"})";
    EXPECT_EQ(without_times(made.text), least);
    EXPECT_EQ(value_of(made, "Location"),
              "http://glance.example:9292/v2/metadefs/namespaces/a%20b");
    EXPECT_EQ(without_times(ask_as(admin, "GET", "/namespaces/a%20b").text), least);
}

TEST_F(metadef_namespaces_test, are_replaced_but_keep_what_is_in_them) {
    make("/namespaces", full);
    const response emptied = ask_as(admin, "PUT", "/namespaces/full", R"({"namespace": "new"})");
    EXPECT_EQ(without_times(emptied.text),
              R"({"namespace": "new", "visibility": "private", "protected": false, "owner": )"
              R"("cloud", "created_at": "{time}", "updated_at": "{time}", )"
              R"("self": "/v2/metadefs/namespaces/new", )"
              R"("schema": "/v2/schemas/metadefs/namespace"})");
    EXPECT_EQ(ask_as(admin, "GET", "/namespaces/full").status, 404u);
    EXPECT_EQ(read("/namespaces/new").at("tags").as_array().size(), 2U);
    make_namespace("taken");
    const response clash = ask_as(admin, "PUT", "/namespaces/new", R"({"namespace": "taken"})");
    EXPECT_EQ(clash.status, 409u);
    EXPECT_EQ(clash.text, refused("409 Conflict",
                                  "Invalid update. It would result in a duplicate metadata "
                                  "definition namespace with the same name of taken"));
}

TEST_F(metadef_namespaces_test, are_deleted_with_what_is_in_them_unless_protected) {
    make("/namespaces", full);
    const response removed = ask_as(admin, "DELETE", "/namespaces/full");
    EXPECT_EQ(removed.status, 204u);
    EXPECT_EQ(value_of(removed, "Content-Type"), "text/html; charset=UTF-8");
    EXPECT_EQ(ask_as(admin, "DELETE", "/namespaces/full").text,
              refused("404 Not Found", "Namespace full not found"));
    make("/namespaces", full);
    make_namespace("kept", "public", true);
    const std::string text = refused(
        "403 Forbidden", "Metadata definition namespace kept is protected and cannot be deleted.");
    for (const char* what : {"", "/objects", "/properties", "/tags"}) {
        SCOPED_TRACE(what);
        const response refusal =
            ask_as(admin, "DELETE", std::string("/namespaces/kept").append(what));
        EXPECT_EQ(refusal.status, 403u);
        EXPECT_EQ(refusal.text, text);
    }
}

TEST_F(metadef_namespaces_test, of_what_is_there_twice_nothing_is_made) {
    make("/namespaces", R"({"namespace": "there"})");
    const struct {
        const char* body;
        const char* text;
    } cases[] = {
        {R"({"namespace": "there"})", "The metadata definition namespace=there already exists."},
        {R"({"namespace": "n", "objects": [{"name": "o"}, {"name": "o"}]})",
         "A metadata definition object with name=o already exists in namespace=n."},
        {R"({"namespace": "n", "tags": [{"name": "a"}, {"name": "t"}, {"name": "t"}]})",
         "A metadata tag with name=t already exists in namespace=n. (Please note that metadata tag "
         "names are case insensitive)."},
        {R"({"namespace": "n", "resource_type_associations": [{"name": "a"}, {"name": "a"}]})",
         "The metadata definition resource-type association of resource-type=a to namespace=n "
         "already exists."},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.body);
        const response clash = ask_as(admin, "POST", "/namespaces", one.body);
        EXPECT_EQ(clash.status, 409u);
        EXPECT_EQ(clash.text, refused("409 Conflict", one.text));
        EXPECT_EQ(ask_as(admin, "GET", "/namespaces/n").status, 404u);
    }
}

TEST_F(metadef_namespaces_test, are_refused_when_they_cannot_be) {
    const std::string long_name(81, 'x');
    const struct {
        std::string body;
        unsigned status;
        std::string begins;
    } cases[] = {
        {"", 400, "Body expected in request."},
        {"{", 400, "Malformed JSON in request body."},
        {"[]", 400, "Request body must be a JSON object."},
        {"{}", 400, "Provided object does not match schema 'namespace': 'namespace' is a required"},
        {R"({"namespace": ")" + long_name + "\"}", 400, "Provided object does not match schema"},
        {R"({"namespace": "n", "self": "a"})", 403, "Attribute 'self' is read-only."},
        {R"({"namespace": "n", "nope": 1})", 400, "Provided object does not match schema"},
        {R"({"namespace": "n", "tags": [{}]})", 400,
         "Provided object does not match schema 'tag': 'name' is a required property"},
        {R"({"namespace": "n", "objects": [{"name": "o", "nope": 1}]})", 400,
         "Provided object does not match schema 'object'"},
        {R"({"namespace": "n", "properties": {"p": {"type": "string", "title": "a", "x": 1}}})",
         400, "A property has no attribute 'x'."},
        {R"({"namespace": "n", "properties": {")" + long_name +
             R"(": {"type": "string", "title": "a"}}})",
         400, "The name of a property is longer than 80 characters."},
        {"{\"namespace\": \"\U0001f600\"}", 400,
         "Couldn't create metadata namespace: Namespace can't contain 4 byte unicode characters."},
        {"{\"namespace\": \"n\", \"display_name\": \"\U0001f600\"}", 400,
         "Couldn't create metadata namespace: Display_Name can't contain 4 byte unicode"},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.body);
        const response refusal = ask_as(admin, "POST", "/namespaces", one.body);
        EXPECT_EQ(refusal.status, one.status);
        const std::string status = one.status == 403 ? "403 Forbidden" : "400 Bad Request";
        EXPECT_THAT(refusal.text, StartsWith(status + "\n\n" + one.begins));
    }
    EXPECT_THAT(list(admin), IsEmpty());
}

TEST_F(metadef_namespaces_test, are_for_those_whom_the_policy_allows) {
    make_namespace("open");
    make_namespace("closed", "private");
    const std::string nothing = refused("404 Not Found", "The resource could not be found.");
    const auto forbidden = [](const std::string& rule) {
        return refused("403 Forbidden", "You are not authorized to complete " + rule + " action.");
    };
    const struct {
        const char* token;
        const char* method;
        const char* path;
        unsigned status;
        std::string text;
    } cases[] = {
        {owner, "POST", "", 403, forbidden("add_metadef_namespace")},
        {owner, "PUT", "/closed", 403, forbidden("modify_metadef_namespace")},
        {owner, "DELETE", "/closed", 403, forbidden("delete_metadef_namespace")},
        {stranger, "DELETE", "/open", 403, forbidden("delete_metadef_namespace")},
        {stranger, "GET", "/closed", 404,
         refused("404 Not Found", "Metadata definition namespace=closed was not found.")},
        {stranger, "PUT", "/closed", 404, refused("404 Not Found", "Namespace closed not found")},
        {stranger, "DELETE", "/closed", 404,
         refused("404 Not Found", "Namespace closed not found")},
        {roleless, "GET", "", 404, nothing},
        {roleless, "GET", "/open", 404, nothing},
        {roleless, "DELETE", "/open", 404, nothing},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(std::string(one.token) + " " + one.method + " " + one.path);
        const bool speaks = one.method[0] == 'P';
        const response got = ask_as(one.token, one.method, std::string("/namespaces") + one.path,
                                    speaks ? R"({"namespace": "n"})" : "");
        EXPECT_EQ(got.status, one.status);
        EXPECT_EQ(got.text, one.text);
    }
    EXPECT_EQ(ask_as(owner, "GET", "/namespaces/closed").status, 200u);
    EXPECT_THAT(list(owner), ElementsAre("closed", "open"));
    EXPECT_THAT(list(stranger), ElementsAre("open"));
}

TEST_F(metadef_namespaces_test, nobody_without_an_identity_changes_one) {
    options.allow_anonymous_access = true;
    make_namespace("open");
    const response made =
        ask_with({"POST", "/v2/metadefs/namespaces", {}}, R"({"namespace": "n"})");
    EXPECT_EQ(made.status, 403u);
    EXPECT_THAT(made.text, HasSubstr("Read-only access"));
    EXPECT_EQ(ask({"DELETE", "/v2/metadefs/namespaces/open", {}}).status, 404u);
}

TEST_F(metadef_namespaces_test, are_listed_in_pages) {
    make_namespace("c");
    make_namespace("a", "private");
    make_namespace("b");
    EXPECT_THAT(list(owner), ElementsAre("b", "a", "c"));
    EXPECT_THAT(list(owner, "?sort_key=namespace&sort_dir=asc"), ElementsAre("a", "b", "c"));
    EXPECT_THAT(list(owner, "?visibility=private"), ElementsAre("a"));
    EXPECT_THAT(list(owner, "?visibility="), IsEmpty());
    EXPECT_THAT(list(owner, "?limit=0"), IsEmpty());
    EXPECT_THAT(list(owner, "?owner=else&nope=1"), ElementsAre("b", "a", "c"));
    EXPECT_THAT(list(owner, "?marker=b"), ElementsAre("a", "c"));
    EXPECT_EQ(ask_as(owner, "GET", "/namespaces?marker=a&visibility=public").status, 404u);
    const response page =
        ask_as(owner, "GET", "/namespaces?limit=1&marker=b&x=a%20b&sort_key=created_at");
    EXPECT_EQ(without_times(page.text),
              R"({"namespaces": [{"namespace": "a", "visibility": "private", "protected": false, )"
              R"("owner": "ours", "created_at": "{time}", "updated_at": "{time}", )"
              R"("self": "/v2/metadefs/namespaces/a", )"
              R"("schema": "/v2/schemas/metadefs/namespace"}], )"
              R"("next": )"
              R"("/v2/metadefs/namespaces?limit=1&x=a+b&sort_key=created_at&marker=a", )"
              R"("schema": "/v2/schemas/metadefs/namespaces", )"
              R"("first": "/v2/metadefs/namespaces?limit=1&x=a+b&sort_key=created_at"})");
    options.limit_param_default = 2;
    EXPECT_THAT(list(owner), ElementsAre("b", "a"));
    options.api_limit_max = 1;
    EXPECT_THAT(list(owner, "?limit=100"), ElementsAre("b"));
}

TEST_F(metadef_namespaces_test, are_listed_by_resource_type) {
    make("/namespaces",
         R"({"namespace": "a", "resource_type_associations": [{"name": "R"}, {"name": "S"}]})");
    make("/namespaces", R"({"namespace": "b", "resource_type_associations": [{"name": "T"}]})");
    make_namespace("c");
    EXPECT_THAT(list(admin, "?resource_types=S"), ElementsAre("a"));
    EXPECT_THAT(list(admin, "?resource_types=R,S,T"), ElementsAre("b", "a"));
    EXPECT_THAT(list(admin, "?resource_types="), IsEmpty());
    EXPECT_THAT(list(admin, "?resource_types=R&visibility=public"), IsEmpty());
    const auto page = read("/namespaces?resource_types=T");
    EXPECT_EQ(page.at("namespaces").at(0).at("resource_type_associations").at(0).at("name"), "T");
}

TEST_F(metadef_namespaces_test, a_list_that_cannot_be_is_refused) {
    make_namespace("closed", "private");
    const struct {
        const char* query;
        unsigned status;
        const char* text;
    } cases[] = {
        {"?limit=a", 400, "limit param must be an integer"},
        {"?limit=", 400, "limit param must be an integer"},
        {"?limit=-1", 400, "limit param must be positive"},
        {"?sort_dir=up", 400, "Invalid sort direction: up"},
        {"?sort_key=nope", 400, "Invalid sort key: nope. It must be one of the following: id, "},
        {"?visibility=shared", 400, "Invalid visibility value: shared"},
        {"?%ff=1", 400, "Error decoding your request."},
        {"?marker=nope", 404, "Metadata definition namespace=nope was not found."},
        {"?marker=closed", 404, "Metadata definition namespace=closed was not found."},
        {"/closed?x=1", 400, "The only parameter here is resource_type."},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.query);
        const response refusal = ask_as(stranger, "GET", std::string("/namespaces") + one.query);
        EXPECT_EQ(refusal.status, one.status);
        EXPECT_THAT(refusal.text, HasSubstr(one.text));
    }
}

}  // namespace
