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

const std::string all = "/namespaces/n/tags";

// {"tags": [{"name": "a"}, {"name": "b"}]} of "ab"
std::string tags_of(std::string_view letters) {
    std::string list;
    for (const char c : letters)
        list.append(list.empty() ? "" : ", ").append(R"({"name": ")").append(1, c).append("\"}");
    return R"({"tags": [)" + list + "]}";
}

struct metadef_tags_test : glimt::testing::metadef_fixture {
    response post(const char* letters, const char* append = nullptr) {
        glimt::testing::plain_request asked{
            "POST", "/v2/metadefs" + all, {{"X-Auth-Token", admin}}};
        if (append) asked.headers.emplace_back("X-OpenStack-Append", append);
        return ask_with(asked, tags_of(letters));
    }

    std::string list(const std::string& query = "") {
        return ask_as(stranger, "GET", all + query).text;
    }
};

TEST_F(metadef_tags_test, live_from_being_made_to_being_deleted) {
    make_namespace("n");
    const std::string shown = R"({"name": "a", "created_at": "{time}", "updated_at": "{time}"})";
    const response made = ask_as(admin, "POST", all + "/a");
    EXPECT_EQ(made.status, 201u);
    EXPECT_EQ(without_times(made.text), shown);
    EXPECT_EQ(without_times(ask_as(stranger, "GET", all + "/a").text), shown);
    EXPECT_EQ(ask_as(admin, "POST", all + "/A").status, 201u);
    EXPECT_EQ(list(), tags_of("Aa"));
    EXPECT_EQ(ask_as(admin, "PUT", all + "/a", R"({"name": "b"})").status, 200u);
    EXPECT_EQ(ask_as(admin, "GET", all + "/a").text,
              refused("404 Not Found", "Could not find metadata tag a"));
    EXPECT_EQ(ask_as(admin, "DELETE", all + "/b").status, 204u);
    EXPECT_EQ(ask_as(admin, "DELETE", all + "/b").status, 404u);
    EXPECT_EQ(ask_as(admin, "DELETE", all).status, 204u);
    EXPECT_EQ(list(), tags_of(""));
}

TEST_F(metadef_tags_test, many_replace_those_that_are_there_unless_they_are_appended) {
    make_namespace("n");
    const response made = post("ba");
    EXPECT_EQ(made.status, 201u);
    EXPECT_EQ(made.text, tags_of("ba"));
    EXPECT_EQ(list(), tags_of("ab"));
    post("c");
    EXPECT_EQ(list(), tags_of("c"));
    for (const char* yes : {"True", " on ", "1"}) {
        post("d", yes);
        EXPECT_EQ(list(), tags_of("dc"));
        EXPECT_EQ(ask_as(admin, "DELETE", all + "/d").status, 204u);
    }
    const response taken = post("ec", "yes");
    EXPECT_EQ(taken.status, 409u);
    EXPECT_EQ(taken.text, refused("409 Conflict",
                                  "A metadata tag with name=c already exists in namespace=n. "
                                  "(Please note that metadata tag names are case "
                                  "insensitive)."));
    EXPECT_EQ(list(), tags_of("c"));
    EXPECT_THAT(post("xyy").text, StartsWith("409 Conflict\n\nA metadata tag with name=y already"));
    EXPECT_EQ(post("").text, tags_of(""));
    EXPECT_EQ(list(), tags_of("c"));
    post("f", "nope");
    EXPECT_EQ(list(), tags_of("f"));
}

TEST_F(metadef_tags_test, are_listed_in_pages) {
    make_namespace("n");
    post("bca");
    const struct {
        const char* query;
        const char* letters;
    } cases[] = {
        {"", "acb"},
        {"?limit=", "acb"},
        {"?limit=0", ""},
        {"?limit=2", "ac"},
        {"?limit=1&marker=a", "c"},
        {"?marker=b", ""},
        {"?sort_dir=asc", "bca"},
        {"?sort_key=name", "cba"},
        {"?sort_key=name&sort_dir=asc&marker=a", "bc"},
        {"?sort_key=id&sort_dir=asc", "bca"},
        {"?sort_key=updated_at", "acb"},
        {"?name=a&x=1", "acb"},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.query);
        EXPECT_EQ(list(one.query), tags_of(one.letters));
    }
}

TEST_F(metadef_tags_test, are_refused_in_glances_words) {
    make_namespace("n", "public", true);
    post("ab");
    const std::string long_name(81, 'x');
    const struct {
        const char* token;
        const char* method;
        std::string path;
        std::string body;
        const char* begins;
    } cases[] = {
        {admin, "POST", "", "{}",
         "400 Bad Request\n\nProvided object does not match schema "
         "'tags': 'tags' is a required property"},
        {admin, "POST", "", R"({"tags": [{"name": "a", "nope": 1}]})",
         "400 Bad Request\n\nProvided object does not match schema 'tags': Additional"},
        {admin, "POST", "", "{\"tags\": [{\"name\": \"\U0001f600\"}]}",
         "400 Bad Request\n\nCouldn't create metadata tags: Name can't contain 4 byte"},
        {admin, "POST", "/" + long_name, "",
         "400 Bad Request\n\nProvided object does not match schema 'tag': 'xxx"},
        {admin, "POST", "/c", "{}", "400 Bad Request\n\nA body is not expected"},
        {admin, "POST", "/a", "", "409 Conflict\n\nA metadata tag with name=a already exists"},
        {admin, "PUT", "/a", R"({"name": "b"})",
         "409 Conflict\n\nA metadata tag with name=b already exists in namespace=n."},
        {admin, "DELETE", "/a", "",
         "403 Forbidden\n\nMetadata definition tag a is protected and cannot be deleted."},
        {admin, "GET", "?limit=a", "", "400 Bad Request\n\nlimit param must be an integer"},
        {admin, "GET", "?sort_key=nope", "", "400 Bad Request\n\nInvalid sort key: nope."},
        {admin, "GET", "?marker=x", "", "404 Not Found\n\nCould not find metadata tag x"},
        {owner, "POST", "", R"({"tags": []})",
         "403 Forbidden\n\nYou are not authorized to complete add_metadef_tags action."},
        {owner, "POST", "/c", "",
         "403 Forbidden\n\nYou are not authorized to complete add_metadef_tag action."},
        {owner, "PUT", "/a", R"({"name": "c"})",
         "403 Forbidden\n\nYou are not authorized to complete modify_metadef_tag action."},
        {owner, "DELETE", "/a", "",
         "403 Forbidden\n\nYou are not authorized to complete delete_metadef_tag action."},
        {owner, "DELETE", "", "",
         "403 Forbidden\n\nYou are not authorized to complete delete_metadef_namespace action."},
        {roleless, "GET", "", "", "404 Not Found\n\nThe resource could not be found."},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(std::string(one.method) + " " + one.path + " " + one.body);
        EXPECT_THAT(ask_as(one.token, one.method, all + one.path, one.body).text,
                    StartsWith(one.begins));
    }
}

}  // namespace
