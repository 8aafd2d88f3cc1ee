// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.hpp"

using namespace glimt;
using glimt::testing::value_of;

namespace {

struct schemas_test : glimt::testing::api_fixture {};

boost::json::array recorded_schemas() {
    std::ifstream file(GLIMT_TEST_DATA "/image/schemas.json");
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return boost::json::parse(text).as_array();
}

// Release 33 has one more type of task than the recorded 25.1 (contract 1.28).
std::string with_location_import(std::string text) {
    constexpr std::string_view old = R"("api_image_import"])";
    if (const auto at = text.find(old); at != std::string::npos)
        text.replace(at, old.size(), R"("api_image_import", "location_import"])");
    return text;
}

TEST_F(schemas_test, are_those_of_glance_to_the_byte) {
    int count = 0;
    for (const boost::json::value& row : recorded_schemas()) {
        if (row.at("custom").as_bool()) continue;
        const std::string name = glimt::testing::text_at(row.as_object(), "schema");
        SCOPED_TRACE(name);
        const response answered = ask({"GET", "/v2/schemas/" + name, {}});
        EXPECT_EQ(answered.status, 200u);
        EXPECT_EQ(value_of(answered, "Content-Type"), "application/json");
        EXPECT_EQ(answered.text,
                  with_location_import(glimt::testing::text_at(row.as_object(), "text")));
        ++count;
    }
    EXPECT_EQ(count, 16);
}

TEST_F(schemas_test, are_for_callers_without_any_role) {
    take_fake_tokens();
    EXPECT_EQ(ask({"GET", "/v2/schemas/image", {{"X-Auth-Token", "u:p:"}}}).status, 200u);
    EXPECT_EQ(ask({"GET", "/v2/schemas/image", {}}).status, 401u);
}

TEST_F(schemas_test, answer_nothing_else) {
    constexpr struct {
        const char* method;
        const char* path;
        unsigned status;
    } cases[] = {
        {"POST", "/v2/schemas/image", 405}, {"DELETE", "/v2/schemas/metadefs/tag", 405},
        {"HEAD", "/v2/schemas/tasks", 405}, {"GET", "/v2/schemas", 404},
        {"GET", "/v2/schemas/nope", 404},   {"GET", "/v2/schemas/metadefs/nope", 404},
        {"GET", "/v2/schemas/image/", 404},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(std::string(one.method) + " " + one.path);
        EXPECT_EQ(ask({one.method, one.path, {}}).status, one.status);
    }
}

}  // namespace
