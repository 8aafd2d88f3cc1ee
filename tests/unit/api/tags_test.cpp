// SPDX-License-Identifier: Apache-2.0
//
// Contract 1.22, with the texts that Debian's Glance gives (tests/data/differential/tags.json).
#include "api_fixture.hpp"

using namespace glimt;
using glimt::testing::refused;
using glimt::testing::value_of;

namespace {

using ::testing::ElementsAre;

const std::string id = "00000000-0000-4000-8000-000000000001";
const std::string tags = "/v2/images/" + id + "/tags/";

struct tags_test : glimt::testing::api_fixture {
    tags_test() { take_fake_tokens(); }

    void add_image(std::vector<std::string> tagged, image_visibility seen_by) {
        image made;
        made.id = id;
        made.owner = "ours";
        made.visibility = seen_by;
        made.tags = std::move(tagged);
        auto body = [&]() -> task<> { co_await images.insert(made); };
        run(body());
    }

    image stored() {
        std::optional<image> found;
        const catalog_viewer admin{.project = {}, .is_admin = true};
        auto body = [&]() -> task<> { found = co_await images.find(id, admin); };
        run(body());
        return found.value();
    }

    response ask_as(const char* token, const char* method, const std::string& target) {
        return ask({method, target, {{"X-Auth-Token", token}}});
    }

    response change(const char* method, const std::string& tag) {
        return ask_as("u:ours:member,reader", method, tags + tag);
    }
};

TEST_F(tags_test, come_and_go) {
    add_image({"b"}, image_visibility::private_);
    const response added = change("PUT", "a");
    EXPECT_EQ(added.status, 204u);
    EXPECT_EQ(value_of(added, "Content-Type"), "text/html; charset=UTF-8");
    EXPECT_FALSE(added.without_length);
    EXPECT_EQ(change("PUT", "a").status, 204u);
    EXPECT_EQ(change("PUT", "A").status, 204u);
    EXPECT_THAT(stored().tags, ElementsAre("b", "a", "A"));
    const response removed = change("DELETE", "a");
    EXPECT_EQ(removed.status, 204u);
    EXPECT_EQ(value_of(removed, "Content-Type"), "text/html; charset=UTF-8");
    EXPECT_THAT(stored().tags, ElementsAre("b", "A"));
    const response missing = change("DELETE", "a");
    EXPECT_EQ(missing.status, 404u);
    EXPECT_EQ(missing.text, refused("404 Not Found", "The resource could not be found."));
    EXPECT_EQ(change("PUT", "a").status, 204u);
    EXPECT_THAT(stored().tags, ElementsAre("b", "A", "a"));
}

TEST_F(tags_test, leave_the_image_as_it_is_but_for_its_time) {
    add_image({}, image_visibility::private_);
    EXPECT_EQ(stored().updated_at, timestamp());
    EXPECT_EQ(change("PUT", "a").status, 204u);
    EXPECT_GT(stored().updated_at, timestamp());
    EXPECT_EQ(stored().created_at, timestamp());
    EXPECT_EQ(stored().status, image_status::queued);
}

TEST_F(tags_test, are_texts_of_a_bounded_length) {
    add_image({}, image_visibility::private_);
    const std::string longest(255, 'x');
    const struct {
        const char* what;
        std::string tag;
        unsigned status;
        std::string text;
    } cases[] = {
        {"a blank", "%20", 204, ""},
        {"255 letters", longest, 204, ""},
        {"256 letters", longest + 'x', 400,
         refused("400 Bad Request",
                 "Provided object does not match schema 'image': '" + longest + "x' is too long")},
        {"four bytes", "%F0%9F%98%80", 400,
         refused("400 Bad Request", "Param values can't contain 4 byte unicode.")},
        {"nothing", "", 404, refused("404 Not Found", "The resource could not be found.")},
        {"two", "a/b", 404, refused("404 Not Found", "The resource could not be found.")},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.what);
        const response answered = change("PUT", one.tag);
        EXPECT_EQ(answered.status, one.status);
        EXPECT_EQ(answered.text, one.text);
    }
    EXPECT_THAT(stored().tags, ElementsAre(" ", longest));
}

TEST_F(tags_test, are_not_without_end) {
    options.image_tag_quota = 2;
    add_image({"a", "b", "c"}, image_visibility::private_);
    for (const char* tag : {"a", "d"}) {
        SCOPED_TRACE(tag);
        const response answered = change("PUT", tag);
        EXPECT_EQ(answered.status, 413u);
        EXPECT_EQ(answered.text,
                  refused("413 Request Entity Too Large",
                          "Image tag limit exceeded for image " + id +
                              ": The limit has been exceeded on the number of allowed image tags. "
                              "Attempted: " +
                              (tag[0] == 'a' ? "3" : "4") + ", Maximum: 2:"));
    }
    EXPECT_EQ(change("DELETE", "c").status, 204u);
    EXPECT_EQ(change("PUT", "a").status, 204u);
    options.image_tag_quota = -1;
    EXPECT_EQ(change("PUT", "d").status, 204u);
}

TEST_F(tags_test, are_changed_by_those_whom_the_policy_allows) {
    add_image({"a"}, image_visibility::community);
    const std::string forbidden =
        refused("403 Forbidden", "You are not authorized to complete modify_image action.");
    const std::string hidden = refused("404 Not Found", "The resource could not be found.");
    const struct {
        const char* token;
        unsigned status;
        std::string text;
    } cases[] = {
        {"u:theirs:member,reader", 403, forbidden},
        {"u:ours:reader", 403, forbidden},
        {"u:ours:", 404, hidden},
        {"u:anybody:admin", 204, ""},
    };
    for (const auto& one : cases) {
        for (const char* method : {"PUT", "DELETE"}) {
            SCOPED_TRACE(std::string(one.token) + " " + method);
            const response answered = ask_as(one.token, method, tags + "a");
            EXPECT_EQ(answered.status, one.status);
            EXPECT_EQ(answered.text, one.text);
        }
    }
}

// With the rules from before Glance had roles, who owns the image decides (contract 3.3).
TEST_F(tags_test, answer_to_owners_under_the_old_rules) {
    options.enforce_new_defaults = false;
    add_image({"a"}, image_visibility::community);
    EXPECT_EQ(ask_as("u:theirs:", "PUT", tags + "b").text,
              refused("403 Forbidden", "Not allowed to update tags for image " + id + "."));
    EXPECT_EQ(ask_as("u:theirs:", "DELETE", tags + "a").text,
              refused("403 Forbidden", "Not allowed to delete tags for image " + id + "."));
    EXPECT_EQ(ask_as("u:ours:", "PUT", tags + "b").status, 204u);
    EXPECT_THAT(stored().tags, ElementsAre("a", "b"));
}

TEST_F(tags_test, are_of_images_that_the_caller_sees) {
    add_image({"a"}, image_visibility::private_);
    const std::string other = "/v2/images/nope/tags/a";
    for (const char* method : {"PUT", "DELETE"}) {
        SCOPED_TRACE(method);
        const response hidden = ask_as("u:theirs:member,reader", method, tags + "a");
        EXPECT_EQ(hidden.status, 404u);
        EXPECT_EQ(hidden.text, refused("404 Not Found", "Image " + id + " not found."));
        EXPECT_EQ(ask_as("u:ours:member,reader", method, other).text,
                  refused("404 Not Found", "Image nope not found."));
    }
}

TEST_F(tags_test, are_not_changed_by_who_may_only_read) {
    options.allow_anonymous_access = true;
    add_image({"a"}, image_visibility::public_);
    for (const char* method : {"PUT", "DELETE"}) {
        SCOPED_TRACE(method);
        const response answered = ask({method, tags + "a", {}});
        EXPECT_EQ(answered.status, 403u);
        EXPECT_THAT(answered.text, ::testing::HasSubstr("Read-only access"));
    }
    EXPECT_THAT(stored().tags, ElementsAre("a"));
}

}  // namespace
