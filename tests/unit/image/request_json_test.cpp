// SPDX-License-Identifier: Apache-2.0
#include "image/request_json.hpp"

#include "core/problem.hpp"
#include "image/image_input.hpp"
#include "image/image_patch.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace glimt {
namespace {

struct refusal {
    reason why = reason::internal;
    std::string detail;
};

refusal refused(const std::function<void()>& attempt) {
    try {
        attempt();
    } catch (const problem& why) {
        return {why.why(), why.detail()};
    }
    return {};
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

TEST(request_json, is_an_array_or_an_object) {
    for (const std::string_view body :
         {"[]", "{}", " \n[1, {\"a\": null}] ", R"({"a": 1, "a": 2})"}) {
        EXPECT_TRUE(parse_request_json(body).is_structured()) << body;
    }
    EXPECT_EQ(parse_request_json(R"({"a": 1, "a": 2})").at("a"), 2);
}

TEST(request_json, is_refused_when_it_is_none) {
    constexpr std::string_view malformed = "Malformed JSON in request body.";
    constexpr std::string_view unexpected = "Unexpected body type. Expected list/dict.";
    const struct {
        const char* what;
        std::string body;
        std::string_view expected;
    } cases[] = {
        {"nothing", "", "Body expected in request."},
        {"whitespace", " ", malformed},
        {"a number", "5", unexpected},
        {"a text", "\"x\"", unexpected},
        {"null", "null", unexpected},
        {"more behind it", "{} x", malformed},
        {"torn", R"({"a": )", malformed},
        {"a comma too many", "[1,]", malformed},
        {"no UTF-8", "[\"\xff\"]", malformed},
        {"half a surrogate pair", R"(["\ud800"])", malformed},
        {"a zero byte", std::string("[\0]", 3), malformed},
        {"no number", "[NaN]", malformed},
        {"33 deep", repeated("[", 33) + repeated("]", 33), malformed},
        {"a mebibyte of brackets", repeated("[", 1 << 20), malformed},
        {"a mebibyte of objects", repeated(R"({"a":)", 1 << 18), malformed},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.what);
        const refusal why = refused([&] { parse_request_json(each.body); });
        EXPECT_EQ(why.why, reason::invalid);
        EXPECT_EQ(why.detail, each.expected);
    }
    EXPECT_TRUE(parse_request_json(repeated("[", 32) + repeated("]", 32)).is_array());
}

TEST(image_input, is_bounded) {
    std::vector<std::string> errors;
    const image_schema schema({}, errors);
    std::string many = "{";
    for (int i = 0; i < 10'000; ++i) many += "\"p" + std::to_string(i) + "\": \"x\", ";
    const auto properties = parse_request_json(many + "\"name\": \"n\"}");
    const refusal over = refused([&] { make_image(read_image(properties, schema), {}); });
    EXPECT_EQ(over.why, reason::too_large);
    EXPECT_EQ(over.detail,
              "The limit has been exceeded on the number of allowed image properties. Attempted: "
              "10000, Maximum: 128");
    const image unlimited = make_image(read_image(properties, schema), {.properties = -1});
    EXPECT_EQ(unlimited.properties.size(), 10'000);

    const auto tags = parse_request_json("{\"tags\": [" + repeated("\"t\", ", 100'000) + "\"t\"]}");
    EXPECT_EQ(refused([&] { make_image(read_image(tags, schema), {}); }).why, reason::too_large);
    EXPECT_EQ(make_image(read_image(tags, schema), {.tags = -1}).tags.size(), 1);

    const auto nested = parse_request_json("{\"name\": [" + repeated("[], ", 250'000) + "[]]}");
    const refusal wrong = refused([&] { read_image(nested, schema); });
    EXPECT_EQ(wrong.why, reason::invalid);
    EXPECT_LT(wrong.detail.size(), 1200);
}

TEST(image_patch, is_bounded) {
    std::vector<std::string> errors;
    const image_schema schema({}, errors);
    constexpr std::string_view one = R"({"op": "remove", "path": "/a"})";
    const auto patch = [&](std::size_t count) {
        return parse_request_json("[" + repeated(std::string(one) + ", ", count - 1) +
                                  std::string(one) + "]");
    };
    EXPECT_EQ(read_patch(patch(4096), patch_media::v2_1, schema).size(), 4096);
    const auto over = patch(4097);
    EXPECT_EQ(refused([&] { read_patch(over, patch_media::v2_1, schema); }).why, reason::too_large);
}

TEST(image_input, keeps_what_the_schema_lets_be_no_text_as_json) {
    image_schema_options options;
    options.custom = R"({"count": {"type": "integer"}, "list": {"type": "array"}})";
    std::vector<std::string> errors;
    const image_schema schema(options, errors);
    const image made = make_image(
        read_image(parse_request_json(R"({"count": 5, "list": [true, "x"], "min_ram": 5.0})"),
                   schema),
        {});
    EXPECT_EQ(made.properties.at(0).value, "5");
    EXPECT_EQ(made.properties.at(1).value, R"([true, "x"])");
    EXPECT_EQ(made.min_ram_mb, 5);
    for (const char* number : {"1e30", "18446744073709551615", "9223372036854775808"}) {
        const auto body = parse_request_json("{\"min_ram\": " + std::string(number) + "}");
        EXPECT_EQ(refused([&] { make_image(read_image(body, schema), {}); }).detail,
                  "'min_ram' value out of range, must not exceed 2147483647.");
    }
}

TEST(image_input, needs_what_is_required_only_of_a_new_image) {
    image_schema_options options;
    options.custom = R"({"properties": {"a": {"type": "string"}}, "required": ["a"]})";
    std::vector<std::string> errors;
    const image_schema schema(options, errors);
    EXPECT_EQ(refused([&] { read_image(parse_request_json(R"({"name": "x"})"), schema); }).detail,
              "Provided object does not match schema 'image': 'a' is a required property");
    EXPECT_EQ(read_image(parse_request_json(R"({"a": "x"})"), schema).asked_for.properties.size(),
              1);
    const auto patch = parse_request_json(R"([{"op": "add", "path": "/name", "value": "x"}])");
    EXPECT_EQ(read_patch(patch, patch_media::v2_1, schema).size(), 1);
}

}  // namespace
}  // namespace glimt
