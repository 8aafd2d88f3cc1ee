// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.hpp"

#include <gmock/gmock.h>

#include <map>

using namespace glimt;
using ::testing::HasSubstr;

namespace {

struct fixed_limits final : project_limits {
    std::map<std::string, resource_limit, std::less<>> known;  // others: 0
    std::optional<std::string> asked_for;
    std::optional<reason> refusal;
    unsigned questions = 0;

    task<std::vector<resource_limit>> of(std::optional<std::string> project,
                                         std::span<const std::string_view> resources) override {
        ++questions;
        if (refusal) throw problem(*refusal);
        asked_for = std::move(project);
        std::vector<resource_limit> found;
        for (const auto each : resources)
            found.push_back(known.contains(each) ? known.find(each)->second : resource_limit(0));
        co_return found;
    }
};

struct project_quota_test : glimt::testing::api_fixture {
    fixed_limits keystone;

    project_quota_test() {
        take_fake_tokens();
        limits = &keystone;
        keystone.known = {{"image_count_total", 2},
                          {"image_size_total", 1},
                          {"image_stage_total", std::nullopt},
                          {"image_count_uploading", 1}};
    }

    response with_body(std::string method, std::string target, std::string type, std::string text) {
        const glimt::testing::plain_request asked{
            std::move(method),
            std::move(target),
            {{"X-Auth-Token", "u:p1:member,reader"}, {"Content-Type", std::move(type)}}};
        request_head head = asked.head();
        head.body = body_kind::length;
        head.body_bytes = text.size();
        glimt::testing::text_source body(std::move(text));
        return ask_of(head, body);
    }

    response create(char number) {
        return with_body(
            "POST", "/v2/images", "application/json",
            R"({"id": ")" + id(number) + R"(", "disk_format": "raw", "container_format": "bare"})");
    }
    response put(char number, std::string bytes = "abc") {
        return with_body("PUT", "/v2/images/" + id(number) + "/file", "application/octet-stream",
                         std::move(bytes));
    }
    static std::string id(char number) {
        return std::string("00000000-0000-4000-8000-00000000000") + number;
    }
    std::string usage() {
        return ask({"GET", "/v2/info/usage", {{"X-Auth-Token", "u:p1:member,reader"}}}).text;
    }
};

TEST_F(project_quota_test, no_image_more_than_allowed) {
    EXPECT_EQ(create('1').status, 201u);
    EXPECT_EQ(keystone.questions, 1u);
    EXPECT_EQ(create('2').status, 201u);
    const response refused = create('3');
    EXPECT_EQ(refused.status, 413u);
    EXPECT_THAT(refused.text,
                HasSubstr("The response body: Project p1 is over a limit for [Resource "
                          "image_count_total is over limit of 2 due to current usage 2 and delta "
                          "1]"));
    EXPECT_EQ(keystone.asked_for, "p1");
    keystone.known["image_count_total"] = std::nullopt;
    EXPECT_EQ(create('3').status, 201u);
}

TEST_F(project_quota_test, what_is_stored_already_counts) {
    keystone.known["image_size_total"] = 0;
    ASSERT_EQ(create('1').status, 201u);
    EXPECT_EQ(put('1', std::string(1 << 20, 'x')).status, 204u);
    ASSERT_EQ(create('2').status, 201u);
    const response refused = put('2');
    EXPECT_EQ(refused.status, 413u);
    EXPECT_THAT(refused.text, HasSubstr("image_size_total is over limit of 0 due to current usage "
                                        "1 and delta 0"));
}

TEST_F(project_quota_test, an_upload_is_one_of_those_that_are_allowed) {
    ASSERT_EQ(create('1').status, 201u);
    EXPECT_EQ(put('1').status, 204u);
    ASSERT_EQ(create('2').status, 201u);
    keystone.known["image_count_uploading"] = 0;
    const response refused = put('2');
    EXPECT_EQ(refused.status, 413u);
    EXPECT_THAT(refused.text, HasSubstr("image_count_uploading is over limit of 0 due to current "
                                        "usage 1 and delta 0"));
    keystone.known["image_count_uploading"] = 1;
    EXPECT_EQ(put('2').status, 204u);
}

TEST_F(project_quota_test, an_upload_asks_for_its_limits_once) {
    ASSERT_EQ(create('1').status, 201u);
    keystone.questions = 0;
    EXPECT_EQ(put('1').status, 204u);
    EXPECT_EQ(keystone.questions, 1u);
}

// As in Glance, what is stored is checked before the image is looked for, and uploads after.
TEST_F(project_quota_test, each_limit_is_checked_in_its_turn) {
    keystone.known["image_count_uploading"] = 0;
    EXPECT_EQ(put('1').status, 404u);
    keystone.known["image_size_total"] = -1;
    const response refused = put('1');
    EXPECT_EQ(refused.status, 413u);
    EXPECT_THAT(refused.text, HasSubstr("image_size_total is over limit"));
}

TEST_F(project_quota_test, usage_tells_what_is_used_and_allowed) {
    ASSERT_EQ(create('1').status, 201u);
    ASSERT_EQ(put('1', std::string(3 << 20, 'x')).status, 204u);
    EXPECT_EQ(usage(), R"({"usage": {"image_size_total": {"usage": 3, "limit": 1}, )"
                       R"("image_stage_total": {"usage": 0, "limit": -1}, )"
                       R"("image_count_total": {"usage": 1, "limit": 2}, )"
                       R"("image_count_uploading": {"usage": 0, "limit": 1}}})");
    limits = nullptr;
    EXPECT_EQ(usage(), R"({"usage": {}})");
}

TEST_F(project_quota_test, nothing_is_made_while_nobody_knows) {
    keystone.refusal = reason::unavailable;
    EXPECT_EQ(create('1').status, 503u);
    keystone.refusal.reset();
    EXPECT_EQ(create('1').status, 201u);
}

}  // namespace
