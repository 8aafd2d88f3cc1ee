// SPDX-License-Identifier: Apache-2.0
//
// What is easier said here than in the recorded answers of Glance, which tools/differential
// replays.
#include "api_fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

using namespace glimt;
using glimt::testing::plain_request;
using glimt::testing::text_source;
using glimt::testing::value_of;

namespace {

constexpr const char* v2_1 = "application/openstack-images-v2.1-json-patch";

struct images_test : glimt::testing::api_fixture {
    images_test() { take_fake_tokens(); }

    // A member of that project asks.
    response ask_as(const std::string& project, std::string method, std::string target,
                    const std::string& text = {}, const char* type = nullptr) {
        plain_request asked{std::move(method), std::move(target), {}};
        asked.headers.emplace_back("X-Auth-Token", "user:" + project + ":member,reader");
        if (type) asked.headers.emplace_back("Content-Type", type);
        request_head head = asked.head();
        head.body = text.empty() ? body_kind::none : body_kind::length;
        head.body_bytes = text.size();
        text_source body{text};
        return ask_of(head, body);
    }

    std::string made_by(const std::string& project, const std::string& text) {
        const response answered = ask_as(project, "POST", "/v2/images", text);
        EXPECT_EQ(answered.status, 201u) << answered.text;
        return answered.status == 201
                   ? std::string(boost::json::parse(answered.text).at("id").as_string())
                   : std::string();
    }

    response change(const std::string& project, const std::string& id, const std::string& text) {
        return ask_as(project, "PATCH", "/v2/images/" + id, text, v2_1);
    }

    std::vector<std::string> names(const std::string& project, const std::string& query) {
        const response answered = ask_as(project, "GET", "/v2/images" + query);
        EXPECT_EQ(answered.status, 200u) << answered.text;
        std::vector<std::string> all;
        const auto body = boost::json::parse(answered.text);
        for (const auto& one : body.at("images").as_array())
            all.emplace_back(one.at("name").as_string());
        return all;
    }
};

TEST_F(images_test, an_image_is_made_and_shown_in_the_same_words) {
    const response made =
        ask_as("p1", "POST", "/v2/images",
               R"({"name": "inv", "disk_format": "raw", "container_format": "bare",
                   "tags": ["b", "a"], "hw_x": "1", "min_ram": 4,
                   "id": "00000000-0000-4000-8000-000000000001"})");
    ASSERT_EQ(made.status, 201u) << made.text;
    const std::string path = "/v2/images/00000000-0000-4000-8000-000000000001";
    EXPECT_EQ(value_of(made, "location"), "http://glance.example:9292" + path);
    EXPECT_EQ(value_of(made, "content-type"), "application/json");
    EXPECT_EQ(value_of(made, "openstack-image-import-methods"),
              "glance-direct,web-download,copy-image");
    EXPECT_FALSE(value_of(made, "openstack-image-store-ids"));
    EXPECT_THAT(made.text, ::testing::StartsWith(
                               R"({"hw_x": "1", "name": "inv", "disk_format": "raw", )"
                               R"("container_format": "bare", "visibility": "shared", )"
                               R"("size": null, "virtual_size": null, "status": "queued", )"));
    const response shown = ask_as("p1", "GET", path);
    EXPECT_EQ(shown.status, 200u);
    EXPECT_EQ(shown.text, made.text);
    EXPECT_EQ(
        ask_as("p1", "POST", "/v2/images", R"({"id": "00000000-0000-4000-8000-000000000001"})")
            .status,
        409u);
}

TEST_F(images_test, the_location_has_no_prefix) {
    plain_request asked{"POST", "/v2/images", {{"X-Auth-Token", "u:p1:member"}}};
    request_head head = asked.head();
    head.script_name = "/image";
    head.body = body_kind::length;
    head.body_bytes = 2;
    text_source body{"{}"};
    EXPECT_THAT(*value_of(ask_of(head, body), "location"),
                ::testing::StartsWith("http://glance.example:9292/v2/images/"));
}

TEST_F(images_test, what_is_not_for_the_caller_is_not_there) {
    const std::string id = made_by("p1", R"({"name": "own"})");
    const std::string path = "/v2/images/" + id;
    const std::string unknown = "404 Not Found\n\nNo image found with ID " + id + "\n\n   ";
    EXPECT_EQ(ask_as("p2", "GET", path).text, unknown);
    EXPECT_EQ(change("p2", id, "[]").text, unknown);
    EXPECT_EQ(ask_as("p2", "DELETE", path).text,
              "404 Not Found\n\nFailed to find image " + id + " to delete\n\n   ");
    EXPECT_EQ(ask_as("p1", "GET", path).status, 200u);
}

TEST_F(images_test, only_the_owner_changes_an_image_whatever_the_policy_says) {
    image public_image;
    public_image.id = "00000000-0000-4000-8000-000000000001";
    public_image.visibility = image_visibility::public_;
    auto insert = [&]() -> task<> { co_await images.insert(public_image); };
    run(insert());
    // A project called "none" is none, and so is the owner: the rules see two equal texts.
    const response answered =
        change("none", public_image.id, R"([{"op": "replace", "path": "/name", "value": "n"}])");
    EXPECT_EQ(answered.text, "403 Forbidden\n\nYou do not own this image\n\n   ");
    EXPECT_EQ(ask_as("none", "DELETE", "/v2/images/" + public_image.id).status, 403u);
}

TEST_F(images_test, a_change_is_made_as_a_whole_or_not_at_all) {
    const std::string id = made_by("p1", R"({"name": "old", "k": "v"})");
    EXPECT_EQ(change("p1", id,
                     R"([{"op": "replace", "path": "/name", "value": "new"},
                         {"op": "remove", "path": "/nope"}])")
                  .status,
              409u);
    EXPECT_THAT(ask_as("p1", "GET", "/v2/images/" + id).text,
                ::testing::HasSubstr(R"("name": "old")"));
    const response changed = change("p1", id,
                                    R"([{"op": "replace", "path": "/name", "value": "new"},
                                        {"op": "remove", "path": "/k"},
                                        {"op": "add", "path": "/tags", "value": ["t"]}])");
    ASSERT_EQ(changed.status, 200u) << changed.text;
    EXPECT_THAT(changed.text, ::testing::StartsWith(R"({"name": "new", )"));
    EXPECT_THAT(changed.text, ::testing::HasSubstr(R"("tags": ["t"])"));
    EXPECT_EQ(ask_as("p1", "GET", "/v2/images/" + id).text, changed.text);
}

// No store knows such places, or none that a client may name.
TEST_F(images_test, a_location_must_be_one_that_a_client_may_name) {
    options.show_multiple_locations = true;
    const std::string id = made_by("p1", R"({"disk_format": "raw", "container_format": "bare"})");
    const response answered = change("p1", id,
                                     R"([{"op": "add", "path": "/locations/-",
             "value": {"url": "file:///etc/passwd", "metadata": {}}}])");
    EXPECT_EQ(answered.status, 400u);
    EXPECT_THAT(answered.text, ::testing::HasSubstr("Invalid location"));
    EXPECT_THAT(ask_as("p1", "GET", "/v2/images/" + id).text,
                ::testing::HasSubstr(R"("locations": [])"));
}

TEST_F(images_test, a_caller_without_identity_may_only_read) {
    options.allow_anonymous_access = true;
    const auto ask_anonymously = [&](std::string method, std::string target, std::string text,
                                     const char* type) {
        plain_request asked{std::move(method), std::move(target), {{"Content-Type", type}}};
        request_head head = asked.head();
        head.body = text.empty() ? body_kind::none : body_kind::length;
        head.body_bytes = text.size();
        text_source body{std::move(text)};
        return ask_of(head, body);
    };
    const std::string refused =
        "403 Forbidden\n\nAccess was denied to this resource.\n\n Read-only access  ";
    EXPECT_EQ(ask_anonymously("POST", "/v2/images", "{}", "").text, refused);
    EXPECT_EQ(ask_anonymously("PATCH", "/v2/images/x", "[]", v2_1).text, refused);
    EXPECT_EQ(ask_anonymously("DELETE", "/v2/images/x", "", "").text, refused);
}

TEST_F(images_test, what_was_deleted_is_gone_and_its_id_stays_taken) {
    const std::string id = made_by("p1", R"({"name": "x"})");
    const response deleted = ask_as("p1", "DELETE", "/v2/images/" + id);
    EXPECT_EQ(deleted.status, 204u);
    EXPECT_EQ(value_of(deleted, "content-type"), "text/html; charset=UTF-8");
    EXPECT_EQ(ask_as("p1", "GET", "/v2/images/" + id).status, 404u);
    EXPECT_EQ(ask_as("p1", "DELETE", "/v2/images/" + id).status, 404u);
    EXPECT_EQ(ask_as("p1", "POST", "/v2/images", R"({"id": ")" + id + R"("})").status, 409u);
}

TEST_F(images_test, a_protected_image_stays) {
    const std::string id = made_by("p1", R"({"protected": true})");
    EXPECT_EQ(ask_as("p1", "DELETE", "/v2/images/" + id).text,
              "403 Forbidden\n\nImage " + id + " is protected and cannot be deleted.\n\n   ");
    EXPECT_EQ(ask_as("p1", "GET", "/v2/images/" + id).status, 200u);
}

TEST_F(images_test, pages_follow_each_other_without_loss) {
    for (const char* name : {"a", "b", "c", "d", "e"})
        made_by("p1", fmt::format(R"({{"name": "{}", "tags": ["x", "y"]}})", name));
    std::string next = "/v2/images?tag=x&tag=y&limit=2&sort=name:asc";
    std::vector<std::string> all;
    for (int page = 0; page < 4 && !next.empty(); ++page) {
        const auto body = boost::json::parse(ask_as("p1", "GET", next).text);
        for (const auto& one : body.at("images").as_array())
            all.emplace_back(one.at("name").as_string());
        const auto* link = body.as_object().if_contains("next");
        next = link ? std::string(link->as_string()) : "";
        EXPECT_EQ(body.at("first").as_string(), "/v2/images?tag=x&tag=y&limit=2&sort=name%3Aasc");
    }
    EXPECT_THAT(all, ::testing::ElementsAre("a", "b", "c", "d", "e"));
    EXPECT_EQ(next, "");
}

TEST_F(images_test, a_list_is_filtered_by_every_condition) {
    made_by("p1", R"({"name": "apple", "k": "v", "min_ram": 8, "tags": ["red"]})");
    made_by("p1", R"({"name": "pear, green", "k": "w", "min_disk": 1})");
    made_by("p1", R"({"name": "hidden", "os_hidden": true, "protected": true})");
    made_by("p2", R"({"name": "theirs", "visibility": "private"})");
    const struct {
        const char* query;
        std::vector<std::string> names;
    } cases[] = {
        {"?sort=name:asc", {"apple", "pear, green"}},
        {"?sort=name:asc&limit=1", {"apple"}},
        {"?limit=0", {}},
        {"?k=v", {"apple"}},
        {"?k=v&name=pear", {}},
        {"?tag=red", {"apple"}},
        {"?os_hidden=true", {"hidden"}},
        {"?os_hidden=true&protected=false", {}},
        {"?name=in:%22pear,%20green%22,x", {"pear, green"}},
        {"?min_ram_min=8", {"apple"}},
        {"?min_disk=1", {"pear, green"}},
        {"?created_at=lt:2001-01-01", {}},
        {"?visibility=private", {}},
        {"?owner=p2", {}},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.query);
        EXPECT_THAT(names("p1", one.query), ::testing::ElementsAreArray(one.names));
    }
}

TEST_F(images_test, a_list_that_cannot_be_is_refused) {
    const struct {
        const char* query;
        const char* why;
    } cases[] = {
        {"?limit=-1", "limit param must be positive"},
        {"?marker=nope", "No image found with ID nope"},
        {"?sort=up:name",
         "Invalid sort key: up. It must be one of the following: name, status, "
         "container_format, disk_format, size, id, created_at, updated_at."},
        {"?name=neq:x", "Unable to filter by unknown operator 'neq'."},
        {"?locations=x", "Images cannot be filtered by locations."},
        {"?foo_min=3", "Images cannot be filtered by foo_min."},
        {"?size_min=99999999999999999999", "Unable to filter on a range with a non-numeric value."},
        {"?name=%ff",
         "Error decoding your request. Either the URL or the request body contained "
         "characters that could not be decoded by Glance"},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.query);
        EXPECT_EQ(ask_as("p1", "GET", std::string("/v2/images") + one.query).text,
                  std::string("400 Bad Request\n\n") + one.why + "\n\n   ");
    }
}

TEST_F(images_test, a_document_has_a_limit) {
    EXPECT_EQ(ask_as("p1", "POST", "/v2/images", std::string((4 << 20) + 1, ' ')).status, 413u);
}

}  // namespace
