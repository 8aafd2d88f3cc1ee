// SPDX-License-Identifier: Apache-2.0
#include "keystone/project_limits.hpp"

#include "core/problem.hpp"
#include "support/keystone_fixture.hpp"

#include <gmock/gmock.h>

using namespace glimt;
using namespace glimt::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

constexpr std::array<std::string_view, 2> both = {"image_count_total", "image_size_total"};

struct project_limits_test : keystone_fixture {
    std::optional<keystone_limits> limits;

    project_limits_test() {
        keystone.documents["/v3/limits/model"] = R"({"model": {"name": "flat"}})";
        keystone.documents["/v3/endpoints/ours"] =
            R"({"endpoint": {"service_id": "glance", "region_id": "R"}})";
        own("p", "[]");
        registered("[]");
    }

    void own(const std::string& project, const std::string& list) {
        keystone.documents["/v3/limits?service_id=glance&region_id=R&project_id=" + project] =
            R"({"limits": )" + list + "}";
    }
    void registered(const std::string& list) {
        keystone.documents["/v3/registered_limits?service_id=glance&region_id=R"] =
            R"({"registered_limits": )" + list + "}";
    }

    std::vector<resource_limit> ask(std::optional<std::string> project) {
        std::vector<resource_limit> found;
        auto body = [&]() -> task<> {
            limits.emplace(*session, "ours", *journal);
            found = co_await limits->of(std::move(project), both);
        };
        run(body());
        return found;
    }

    reason why_not() {
        try {
            ask("p");
        } catch (const problem& why) {
            return why.why();
        }
        ADD_FAILURE() << "it was answered";
        return reason::invalid;
    }
};

TEST_F(project_limits_test, the_projects_own_limit_is_before_the_registered_one) {
    own("p", R"([{"resource_name": "image_size_total", "resource_limit": 7}])");
    registered(R"([{"resource_name": "image_size_total", "default_limit": 1},
                   {"resource_name": "image_count_total", "default_limit": 2}])");
    EXPECT_THAT(ask("p"), ElementsAre(resource_limit(2), resource_limit(7)));
    EXPECT_THAT(keystone.bodies.at(0), HasSubstr("hunter2"));
}

TEST_F(project_limits_test, without_a_project_the_registered_ones_count) {
    registered(R"([{"resource_name": "image_count_total", "default_limit": -1}])");
    EXPECT_THAT(ask({}), ElementsAre(std::nullopt, resource_limit(0)));
    EXPECT_THAT(logged(), HasSubstr("no limit is registered for image_size_total"));
}

TEST_F(project_limits_test, the_name_of_a_project_is_text) {
    own("a%26b%3D%2F", R"([{"resource_name": "image_count_total", "resource_limit": 3}])");
    EXPECT_THAT(ask("a&b=/"), ElementsAre(resource_limit(3), resource_limit(0)));
}

TEST_F(project_limits_test, an_endpoint_without_region_has_limits_without) {
    keystone.documents["/v3/endpoints/ours"] = R"({"endpoint": {"service_id": "glance"}})";
    keystone.documents["/v3/limits?service_id=glance&project_id=p"] = R"({"limits": []})";
    keystone.documents["/v3/registered_limits?service_id=glance"] =
        R"({"registered_limits": [{"resource_name": "image_size_total", "default_limit": 5}]})";
    EXPECT_THAT(ask("p"), ElementsAre(resource_limit(0), resource_limit(5)));
}

TEST_F(project_limits_test, what_keystone_never_says_is_our_fault) {
    own("p", R"({"not": "a list"})");
    EXPECT_EQ(why_not(), reason::internal);
}

TEST_F(project_limits_test, other_models_are_not_known) {
    keystone.documents["/v3/limits/model"] = R"({"model": {"name": "strict_two_level"}})";
    EXPECT_EQ(why_not(), reason::internal);
    EXPECT_THAT(logged(), HasSubstr("another model than"));
}

TEST_F(project_limits_test, an_endpoint_that_keystone_does_not_know_is_our_fault) {
    keystone.documents["/v3/endpoints/ours"] = R"({"error": {"code": 404}})";
    EXPECT_EQ(why_not(), reason::internal);
    EXPECT_THAT(logged(), HasSubstr("endpoint_id"));
}

TEST_F(project_limits_test, a_refused_login_is_our_fault) {
    keystone.login_status = "401 Unauthorized";
    EXPECT_EQ(why_not(), reason::internal);
}

TEST_F(project_limits_test, keystone_away_is_nobodys) {
    options.http_request_max_retries = 0;
    keystone.deaf = true;
    EXPECT_EQ(why_not(), reason::unavailable);
}

TEST_F(project_limits_test, an_answer_of_500_is_keystones) {
    keystone.question_status = "500 Internal Server Error";
    EXPECT_EQ(why_not(), reason::unavailable);
}

}  // namespace
