// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.hpp"

using namespace glimt;
using glimt::testing::value_of;

namespace {

struct info_test : glimt::testing::api_fixture {};

constexpr std::string_view not_multi =
    "404 Not Found\n\nMulti backend is not supported at this site.\n\n   ";

TEST_F(info_test, says_what_there_is) {
    struct {
        const char* what;
        const char* path;
        dictionary stores;
        unsigned status;
        std::string_view text;
    } const cases[] = {
        {"no import",
         "import",
         {},
         200,
         R"({"import-methods": {"description": "Import methods available.", "type": "array", )"
         R"("value": []}})"},
        {"no usage", "usage", {}, 200, R"({"usage": {}})"},
        {"no stores", "stores", {}, 404, not_multi},
        {"no details", "stores/detail", {}, 404, not_multi},
        {"stores in their order",
         "stores",
         {{"fast", "file"}, {"web", "http"}, {"cheap", "file"}},
         200,
         R"({"stores": [{"id": "fast", "default": "true"}, {"id": "web", "read-only": "true"}, )"
         R"({"id": "cheap"}]})"},
        {"details",
         "stores/detail",
         {{"web", "http"}},
         200,
         R"({"stores": [{"id": "web", "default": "true", "read-only": "true", "type": "http", )"
         R"("properties": {}}]})"},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.what);
        options.enabled_backends = one.stores;
        const response answered = ask({"GET", std::string("/v2/info/") + one.path, {}});
        EXPECT_EQ(answered.status, one.status);
        EXPECT_EQ(answered.text, one.text);
        if (one.status == 200) EXPECT_EQ(value_of(answered, "Content-Type"), "application/json");
    }
}

TEST_F(info_test, tells_everybody_but_for_the_details_of_stores) {
    take_fake_tokens();
    options.enabled_backends = {{"fast", "file"}};
    for (const char* path : {"import", "stores", "usage"}) {
        SCOPED_TRACE(path);
        const std::string target = std::string("/v2/info/") + path;
        EXPECT_EQ(ask({"GET", target, {{"X-Auth-Token", "u:p:"}}}).status, 200u);
    }
    const response refused =
        ask({"GET", "/v2/info/stores/detail", {{"X-Auth-Token", "u:p:member,reader"}}});
    EXPECT_EQ(refused.status, 403u);
    EXPECT_EQ(refused.text,
              "403 Forbidden\n\nYou are not authorized to complete stores_info_detail action."
              "\n\n   ");
}

// Glance has no route for them, where others say which methods there are.
TEST_F(info_test, knows_no_other_method_of_usage) {
    EXPECT_EQ(ask({"POST", "/v2/info/usage", {}}).status, 404u);
    EXPECT_EQ(ask({"POST", "/v2/info/import", {}}).status, 405u);
}

}  // namespace
