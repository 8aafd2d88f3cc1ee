// SPDX-License-Identifier: Apache-2.0
//
// Contract 1.23, with the texts that Debian's Glance gives (tests/data/differential/actions.json).
#include "api_fixture.hpp"

using namespace glimt;
using glimt::testing::refused;
using glimt::testing::value_of;

namespace {

struct actions_test : glimt::testing::api_fixture {
    actions_test() { take_fake_tokens(); }

    std::string add_image(image_status status,
                          image_visibility visibility = image_visibility::private_) {
        image made;
        made.id = "00000000-0000-4000-8000-00000000000" + std::to_string(count_++);
        made.owner = "ours";
        made.status = status;
        made.visibility = visibility;
        made.disk_format = "raw";
        made.container_format = "bare";
        auto body = [&]() -> task<> { co_await images.insert(made); };
        run(body());
        return made.id;
    }

    image stored(const std::string& id) {
        std::optional<image> found;
        const catalog_viewer admin{.project = {}, .is_admin = true};
        auto body = [&]() -> task<> { found = co_await images.find(id, admin); };
        run(body());
        return found.value();
    }

    response act(const char* token, const std::string& id, const std::string& what) {
        return ask({"POST", "/v2/images/" + id + "/actions/" + what, {{"X-Auth-Token", token}}});
    }

private:
    int count_ = 0;
};

TEST_F(actions_test, change_the_status_of_images_with_data) {
    using enum image_status;
    const auto no = [](const char* verb, const char* status) {
        return refused("403 Forbidden",
                       std::string("Not allowed to ") + verb + " image in status '" + status + "'");
    };
    const struct {
        image_status before;
        const char* what;
        unsigned status;
        std::string text;
        image_status after;
        bool saved;
    } cases[] = {
        {active, "deactivate", 204, "", deactivated, true},
        {deactivated, "deactivate", 204, "", deactivated, false},
        {deactivated, "reactivate", 204, "", active, true},
        {active, "reactivate", 204, "", active, false},
        {queued, "deactivate", 403, no("deactivate", "queued"), queued, false},
        {queued, "reactivate", 403, no("reactivate", "queued"), queued, false},
        {saving, "deactivate", 403, no("deactivate", "saving"), saving, false},
        {killed, "reactivate", 403, no("reactivate", "killed"), killed, false},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(std::string(to_string(one.before)) + " " + one.what);
        const std::string id = add_image(one.before);
        const response answered = act("u:ours:member,reader", id, one.what);
        EXPECT_EQ(answered.status, one.status);
        EXPECT_EQ(answered.text, one.text);
        const image after = stored(id);
        EXPECT_EQ(after.status, one.after);
        EXPECT_EQ(after.updated_at != timestamp(), one.saved);
        if (one.status != 204) continue;
        EXPECT_EQ(value_of(answered, "Content-Type"), "text/html; charset=UTF-8");
        EXPECT_FALSE(answered.without_length);
    }
}

TEST_F(actions_test, are_for_those_whom_the_policy_allows) {
    const std::string id = add_image(image_status::active, image_visibility::community);
    const std::string secret = add_image(image_status::active);
    const std::string unknown = refused("404 Not Found", "No image found with ID " + secret);
    for (const std::string what : {"deactivate", "reactivate"}) {
        const std::string forbidden =
            refused("403 Forbidden", "You are not authorized to complete " + what + " action.");
        const struct {
            const char* token;
            const std::string& image;
            unsigned status;
            std::string text;
        } cases[] = {
            {"u:theirs:member,reader", id, 403, forbidden},
            {"u:ours:reader", id, 403, forbidden},
            {"u:ours:", id, 404, refused("404 Not Found", "The resource could not be found.")},
            {"u:theirs:member,reader", secret, 404, unknown},
            {"u:anybody:admin", id, 204, ""},
        };
        for (const auto& one : cases) {
            SCOPED_TRACE(what + " by " + one.token);
            const response answered = act(one.token, one.image, what);
            EXPECT_EQ(answered.status, one.status);
            EXPECT_EQ(answered.text, one.text);
        }
    }
    EXPECT_EQ(act("u:ours:member,reader", "nope", "deactivate").text,
              refused("404 Not Found", "No image found with ID nope"));
}

TEST_F(actions_test, are_not_for_who_may_only_read) {
    options.allow_anonymous_access = true;
    const std::string id = add_image(image_status::active, image_visibility::public_);
    for (const char* what : {"deactivate", "reactivate"}) {
        SCOPED_TRACE(what);
        const response answered = ask({"POST", "/v2/images/" + id + "/actions/" + what, {}});
        EXPECT_EQ(answered.status, 403u);
        EXPECT_THAT(answered.text, ::testing::HasSubstr("Read-only access"));
    }
    EXPECT_EQ(stored(id).status, image_status::active);
}

}  // namespace
