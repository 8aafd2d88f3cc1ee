// SPDX-License-Identifier: Apache-2.0
// What the pipeline of glance-api-paste.ini does not name is off, whatever the options say.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>

namespace glimt::testing {
namespace {

constexpr std::string_view filters =
    "[filter:open]\npaste.filter_factory = "
    "glance.api.middleware.context:UnauthenticatedContextMiddleware.factory\n"
    "[filter:cors]\npaste.filter_factory = oslo_middleware.cors:filter_factory\n"
    "[filter:proxy]\npaste.filter_factory = oslo_middleware:HTTPProxyToWSGI.factory\n"
    "[app:app]\npaste.app_factory = glance.api.v2.router:API.factory\n";

reply ask_as_a_front_end_does(const std::string& pipeline) {
    const temporary_folder folder;
    const std::string paste = folder.write(
        "paste.ini", "[pipeline:glance-api]\npipeline = " + pipeline + "\n" + std::string(filters));
    const glimt_process server({.defaults = "[oslo_middleware]\n"
                                            "enable_proxy_headers_parsing = true\n"
                                            "[cors]\nallowed_origin = https://page.example\n"
                                            "[paste_deploy]\nconfig_file = " +
                                            paste});
    auto visitor = server.connect();
    visitor.send(get("/versions",
                     "X-Forwarded-Proto: https\r\nX-Forwarded-Host: cloud.example\r\n"
                     "Origin: https://page.example\r\n"));
    return visitor.read_reply();
}

TEST(pipeline_scenario, filters_it_names_are_on) {
    const reply answer = ask_as_a_front_end_does("cors proxy open app");
    EXPECT_NE(answer.body.find("https://cloud.example/v2/"), std::string::npos) << answer.body;
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://page.example");
}

TEST(pipeline_scenario, filters_it_does_not_name_are_off) {
    const reply answer = ask_as_a_front_end_does("open app");
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.body.find("cloud.example"), std::string::npos) << answer.body;
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "");
}

}  // namespace
}  // namespace glimt::testing
