// SPDX-License-Identifier: Apache-2.0
//
// Contract 1.21, with the texts that Debian's Glance gives (tests/data/differential/members.json).
#include "api_fixture.hpp"

using namespace glimt;
using glimt::testing::refused;
using glimt::testing::value_of;

namespace {

const std::string id = "00000000-0000-4000-8000-000000000001";
const std::string all = "/v2/images/" + id + "/members";

struct members_test : glimt::testing::api_fixture {
    members_test() { take_fake_tokens(); }

    void add_image(image_visibility visibility = image_visibility::shared) {
        image made;
        made.id = id;
        made.owner = "ours";
        made.visibility = visibility;
        auto body = [&]() -> task<> { co_await images.insert(made); };
        run(body());
    }

    // As it was shared in 2023.
    void add_member(member_status status) {
        const timestamp when(std::chrono::seconds(1'700'000'000));
        const image_member made{id, "theirs", status, when, when};
        auto body = [&]() -> task<> { co_await images.add_member(made); };
        run(body());
    }

    response ask_as(const char* token, const char* method, const std::string& target,
                    std::string body = "") {
        return ask_with({method, target, {{"X-Auth-Token", token}}}, std::move(body));
    }

    response share(std::string project, const char* token = "u:ours:member,reader") {
        return ask_as(token, "POST", all, R"({"member": ")" + project + R"("})");
    }

    response answer_share(const char* status, const char* token = "u:theirs:member,reader") {
        return ask_as(token, "PUT", all + "/theirs",
                      std::string(R"({"status": ")") + status + R"("})");
    }
};

std::string status_in(const response& answered) {
    EXPECT_EQ(answered.status, 200u);
    const auto member = boost::json::parse(answered.text).as_object();
    EXPECT_EQ(member.at("member_id"), "theirs");
    return glimt::testing::text_at(member, "status");
}

TEST_F(members_test, are_shown_as_glance_shows_them) {
    add_image();
    add_member(member_status::accepted);
    const std::string shown = R"({"member_id": "theirs", "image_id": ")" + id +
                              R"(", "status": "accepted", )"
                              R"("created_at": "2023-11-14T22:13:20Z", )"
                              R"("updated_at": "2023-11-14T22:13:20Z", )"
                              R"("schema": "/v2/schemas/member"})";
    const response one = ask_as("u:ours:reader", "GET", all + "/theirs");
    EXPECT_EQ(one.text, shown);
    EXPECT_EQ(value_of(one, "Content-Type"), "application/json");
    const response listed = ask_as("u:ours:reader", "GET", all);
    EXPECT_EQ(listed.text, R"({"members": [)" + shown + R"(], "schema": "/v2/schemas/members"})");
    EXPECT_EQ(value_of(listed, "Content-Type"), "application/json");
    // The same answer again is no change.
    EXPECT_EQ(answer_share("accepted").text, shown);
    const auto changed = boost::json::parse(answer_share("rejected").text);
    EXPECT_EQ(changed.at("created_at"), "2023-11-14T22:13:20Z");
    EXPECT_NE(changed.at("updated_at"), "2023-11-14T22:13:20Z");
}

TEST_F(members_test, live_from_being_shared_with_to_being_removed) {
    add_image();
    EXPECT_EQ(status_in(share("theirs")), "pending");
    EXPECT_EQ(status_in(answer_share("accepted")), "accepted");
    EXPECT_EQ(status_in(ask_as("u:theirs:reader", "GET", all + "/theirs")), "accepted");
    const response removed = ask_as("u:ours:member,reader", "DELETE", all + "/theirs");
    EXPECT_EQ(removed.status, 204u);
    EXPECT_TRUE(removed.without_length);
    EXPECT_FALSE(value_of(removed, "Content-Type"));
    EXPECT_EQ(ask_as("u:ours:reader", "GET", all).text,
              R"({"members": [], "schema": "/v2/schemas/members"})");
    EXPECT_EQ(ask_as("u:ours:member,reader", "DELETE", all + "/theirs").status, 404u);
    EXPECT_EQ(status_in(share("theirs")), "pending");
}

TEST_F(members_test, see_only_themselves) {
    add_image();
    share("theirs");
    share("others");
    const auto count = [&](const char* token) {
        const response answered = ask_as(token, "GET", all);
        EXPECT_EQ(answered.status, 200u);
        return boost::json::parse(answered.text).at("members").as_array().size();
    };
    EXPECT_EQ(count("u:ours:reader"), 2u);
    EXPECT_EQ(count("u:anybody:admin"), 2u);
    EXPECT_EQ(count("u:theirs:reader"), 1u);
    const response other = ask_as("u:theirs:member,reader", "GET", all + "/others");
    EXPECT_EQ(other.status, 404u);
    EXPECT_EQ(other.text, refused("404 Not Found",
                                  "others not found in the member list of the image " + id + "."));
}

TEST_F(members_test, are_changed_by_those_whom_the_policy_allows) {
    add_image();
    share("theirs");
    const std::string unknown_image = refused("404 Not Found", "Image " + id + " not found.");
    const std::string hidden = refused("404 Not Found", "The resource could not be found.");
    const auto forbidden = [](const std::string& action) {
        return refused("403 Forbidden",
                       "You are not authorized to complete " + action + " action.");
    };
    struct {
        const char* token;
        const char* method;
        const char* member;
        unsigned status;
        std::string text;
    } const cases[] = {
        {"u:others:member,reader", "GET", "", 404, unknown_image},
        {"u:others:member,reader", "POST", "", 404, unknown_image},
        {"u:others:member,reader", "GET", "/theirs", 404, unknown_image},
        {"u:others:member,reader", "PUT", "/theirs", 404, unknown_image},
        {"u:others:member,reader", "DELETE", "/theirs", 404, unknown_image},
        {"u:ours:", "GET", "", 404, hidden},
        {"u:ours:", "POST", "", 404, hidden},
        {"u:ours:", "GET", "/theirs", 404, hidden},
        {"u:ours:", "PUT", "/theirs", 404, hidden},
        {"u:ours:", "DELETE", "/theirs", 404, hidden},
        {"u:theirs:member,reader", "POST", "", 403, forbidden("add_member")},
        {"u:ours:reader", "POST", "", 403, forbidden("add_member")},
        {"u:ours:member,reader", "PUT", "/theirs", 403, forbidden("modify_member")},
        {"u:theirs:reader", "PUT", "/theirs", 403, forbidden("modify_member")},
        {"u:theirs:member,reader", "DELETE", "/theirs", 403, forbidden("delete_member")},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(std::string(one.token) + " " + one.method + " " + one.member);
        const bool speaks =
            one.method == std::string_view("POST") || one.method == std::string_view("PUT");
        const char* const body = R"({"member": "more", "status": "accepted"})";
        const response answered =
            ask_as(one.token, one.method, all + one.member, speaks ? body : "");
        EXPECT_EQ(answered.status, one.status);
        EXPECT_EQ(answered.text, one.text);
    }
}

TEST_F(members_test, are_only_of_shared_images) {
    add_image(image_visibility::community);
    struct {
        const char* method;
        const char* member;
        unsigned status;
        std::string text;
    } const cases[] = {
        {"GET", "", 403,
         refused("403 Forbidden", "Not allowed to list members for image " + id +
                                      ": Only shared images have members.")},
        {"POST", "", 403,
         refused("403 Forbidden", "Not allowed to create members for image " + id + ".")},
        {"GET", "/theirs", 404, refused("404 Not Found", "Only shared images have members.")},
        {"PUT", "/theirs", 403,
         refused("403 Forbidden", "Not allowed to update members for image " + id + ".")},
        {"DELETE", "/theirs", 403,
         refused("403 Forbidden", "Not allowed to delete members for image " + id + ".")},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(std::string(one.method) + " " + one.member);
        const bool speaks = one.method[0] == 'P';
        const char* const body = R"({"member": "theirs", "status": "accepted"})";
        const response answered =
            ask_as("u:ours:member,reader", one.method, all + one.member, speaks ? body : "");
        EXPECT_EQ(answered.status, one.status);
        EXPECT_EQ(answered.text, one.text);
    }
}

TEST_F(members_test, are_there_once_and_not_without_end) {
    options.image_member_quota = 2;
    add_image();
    EXPECT_EQ(share("a").status, 200u);
    const response twice = share("a");
    EXPECT_EQ(twice.status, 409u);
    EXPECT_EQ(twice.text, refused("409 Conflict", "Member a is duplicated for image " + id));
    EXPECT_EQ(share("b").status, 200u);
    for (const char* token : {"u:ours:member,reader", "u:anybody:admin"}) {
        const response many = share("c", token);
        EXPECT_EQ(many.status, 413u);
        EXPECT_EQ(many.text,
                  refused("413 Request Entity Too Large",
                          "Image member limit exceeded for image " + id +
                              ": The limit has been exceeded on the number of allowed image "
                              "members for this image. Attempted: 3, Maximum: 2:"));
    }
    options.image_member_quota = -1;
    EXPECT_EQ(share("c").status, 200u);
}

TEST_F(members_test, are_asked_for_in_json) {
    add_image();
    share("theirs");
    constexpr struct {
        const char* method;
        const char* member;
        const char* body;
        const char* text;
    } cases[] = {
        {"POST", "", "", "Body expected in request."},
        {"POST", "", "{", "Malformed JSON in request body."},
        {"POST", "", "{}", "Member to be added not specified"},
        {"POST", "", "[]", R"(Expected a member in the form: {"member": "image_id"})"},
        {"PUT", "/theirs", "", "Body expected in request."},
        {"PUT", "/theirs", "[]", R"(Expected a status in the form: {"status": "status"})"},
        {"PUT", "/theirs", "{}", "Status not specified"},
        {"PUT", "/theirs", R"({"status": "Accepted"})",
         R"(Incorrect request: Status must be "pending", "accepted" or "rejected".)"},
        {"PUT", "/theirs", R"({"status": ["accepted"]})",
         R"(Incorrect request: Status must be "pending", "accepted" or "rejected".)"},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(std::string(one.method) + " " + one.body);
        const response answered = ask_as("u:anybody:admin", one.method, all + one.member, one.body);
        EXPECT_EQ(answered.status, 400u);
        EXPECT_EQ(answered.text, refused("400 Bad Request", one.text));
    }
}

// With the rules from before Glance had roles, who owns the image decides (contract 3.3).
TEST_F(members_test, answer_to_owners_under_the_old_rules) {
    options.enforce_new_defaults = false;
    add_image();
    EXPECT_EQ(share("theirs", "u:ours:").status, 200u);
    const response added = share("more", "u:theirs:");
    EXPECT_EQ(added.status, 403u);
    EXPECT_EQ(added.text,
              refused("403 Forbidden", "Not allowed to create members for image " + id + "."));
    EXPECT_EQ(answer_share("accepted", "u:ours:").status, 403u);
    EXPECT_EQ(answer_share("accepted", "u:theirs:").status, 200u);
    EXPECT_EQ(ask_as("u:theirs:", "DELETE", all + "/theirs").status, 403u);
    EXPECT_EQ(ask_as("u:ours:", "DELETE", all + "/theirs").status, 204u);
}

TEST_F(members_test, are_not_changed_by_who_may_only_read) {
    options.allow_anonymous_access = true;
    add_image(image_visibility::public_);
    struct {
        const char* method;
        std::string target;
        const char* body;
    } const cases[] = {
        {"POST", all, R"({"member": "a"})"},
        {"PUT", all + "/a", R"({"status": "accepted"})"},
        {"DELETE", all + "/a", ""},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.method);
        const response answered = ask_with({one.method, one.target, {}}, one.body);
        EXPECT_EQ(answered.status, 403u);
        EXPECT_THAT(answered.text, ::testing::HasSubstr("Read-only access"));
    }
}

}  // namespace
