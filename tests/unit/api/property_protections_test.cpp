// SPDX-License-Identifier: Apache-2.0
//
// Protected properties where Glance loses them (contract 3.5): what it answers otherwise is
// recorded, and tools/differential replays it.
#include "api_fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

using namespace glimt;
using glimt::testing::plain_request;
using glimt::testing::text_source;

namespace {

struct property_protections_test : glimt::testing::api_fixture {
    property_protections_test() {
        take_fake_tokens();
        std::vector<std::string> errors;
        protections = parse_property_protections(
            "[secret]\ncreate = admin\nread = admin\nupdate = admin\ndelete = admin\n"
            "[blind]\ncreate = member\nread = admin\nupdate = admin\ndelete = admin\n"
            "[writable]\ncreate = member\nread = admin\nupdate = member\ndelete = admin\n"
            "[.*]\ncreate = @\nread = @\nupdate = @\ndelete = @\n",
            "f", false, errors);
        EXPECT_THAT(errors, ::testing::IsEmpty());
    }

    response ask_as(std::string_view role, std::string method, std::string target,
                    std::string text = {}) {
        plain_request asked{std::move(method), std::move(target), {}};
        asked.headers.emplace_back("X-Auth-Token", fmt::format("user:p1:{}", role));
        if (asked.method == "PATCH")
            asked.headers.emplace_back("Content-Type",
                                       "application/openstack-images-v2.1-json-patch");
        return ask_with(asked, std::move(text));
    }

    boost::json::object shown_to(std::string_view role, const std::string& id) {
        return boost::json::parse(ask_as(role, "GET", "/v2/images/" + id).text).as_object();
    }

    std::string made_with(std::string_view properties) {
        const auto made = ask_as("admin,member,reader", "POST", "/v2/images",
                                 fmt::format(R"({{"name": "x", {}}})", properties));
        EXPECT_EQ(made.status, 201u) << made.text;
        return std::string(boost::json::parse(made.text).at("id").as_string());
    }

    response change(std::string_view role, const std::string& id, std::string text) {
        return ask_as(role, "PATCH", "/v2/images/" + id, std::move(text));
    }
};

constexpr auto member = "member,reader";
constexpr auto admin = "admin,member,reader";

TEST_F(property_protections_test, who_may_not_read_a_property_does_not_lose_it_for_others) {
    const auto id = made_with(R"("secret": "s", "plain": "p")");
    EXPECT_FALSE(shown_to(member, id).contains("secret"));
    const auto renamed = change(member, id, R"([{"op": "replace", "path": "/name", "value": "y"},
                                               {"op": "remove", "path": "/plain"}])");
    EXPECT_EQ(renamed.status, 200u) << renamed.text;
    EXPECT_FALSE(boost::json::parse(renamed.text).as_object().contains("secret"));
    EXPECT_EQ(ask_as(member, "PUT", "/v2/images/" + id + "/tags/t").status, 204u);
    const auto kept = shown_to(admin, id);
    EXPECT_EQ(kept.at("name"), "y");
    EXPECT_EQ(kept.at("secret"), "s");
    EXPECT_FALSE(kept.contains("plain"));
}

TEST_F(property_protections_test, what_is_made_and_cannot_be_read_is_kept) {
    const auto made = ask_as(member, "POST", "/v2/images", R"({"blind": "b"})");
    ASSERT_EQ(made.status, 201u) << made.text;
    const auto body = boost::json::parse(made.text).as_object();
    EXPECT_FALSE(body.contains("blind"));
    EXPECT_EQ(shown_to(admin, std::string(body.at("id").as_string())).at("blind"), "b");
}

TEST_F(property_protections_test, what_cannot_be_read_is_replaced_only_by_who_may_update_it) {
    const auto id = made_with(R"("blind": "b", "writable": "w")");
    const auto refused = change(member, id, R"([{"op": "add", "path": "/blind", "value": "c"}])");
    EXPECT_EQ(refused.status, 403u) << refused.text;
    EXPECT_THAT(refused.text, ::testing::HasSubstr("Attribute 'blind' is reserved."));
    const auto done = change(member, id, R"([{"op": "add", "path": "/writable", "value": "c"}])");
    EXPECT_EQ(done.status, 200u) << done.text;
    EXPECT_EQ(shown_to(admin, id).at("blind"), "b");
    EXPECT_EQ(shown_to(admin, id).at("writable"), "c");
}

TEST_F(property_protections_test, a_list_hides_them_too) {
    made_with(R"("secret": "s")");
    EXPECT_EQ(ask_as(member, "GET", "/v2/images").text.find("\"secret\""), std::string::npos);
    EXPECT_NE(ask_as(admin, "GET", "/v2/images").text.find("\"secret\""), std::string::npos);
}

}  // namespace
