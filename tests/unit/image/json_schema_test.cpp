// SPDX-License-Identifier: Apache-2.0
#include "image/json_schema.hpp"

#include "image/metadef_schema.hpp"
#include "image/python_text.hpp"

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

namespace glimt {
namespace {

namespace json = boost::json;

// The messages are those of jsonschema 4.10.
TEST(json_schema, says_what_jsonschema_says) {
    const struct {
        std::string_view schema, value, expected;
    } cases[] = {
        {"{}", "5", ""},
        {R"({"type": "string"})", R"("x")", ""},
        {R"({"type": "string"})", "5", "5 is not of type 'string'"},
        {R"({"type": ["null", "string"]})", "true", "True is not of type 'null', 'string'"},
        {R"({"type": "integer"})", "5.0", ""},
        {R"({"type": "integer"})", "18446744073709551615", ""},
        {R"({"type": "integer"})", "5.5", "5.5 is not of type 'integer'"},
        {R"({"type": "integer"})", "false", "False is not of type 'integer'"},
        {R"({"type": "number"})", "\"\"", "'' is not of type 'number'"},
        {R"({"enum": [null, "a"]})", "null", ""},
        {R"({"enum": [null, "a"]})", R"("b")", "'b' is not one of [None, 'a']"},
        {R"({"maxLength": 2})", R"("éé")", ""},
        {R"({"maxLength": 2})", R"("ééé")", "'ééé' is too long"},
        {R"({"maxLength": 2})", "555", ""},
        {R"({"minLength": 2})", R"("é")", "'é' is too short"},
        {R"({"pattern": "b+$"})", R"("abb")", ""},
        {R"({"pattern": "b+$"})", R"("abbc")", "'abbc' does not match 'b+$'"},
        {R"({"pattern": "^a"})", R"("x\na")", R"('x\na' does not match '^a')"},
        {R"({"minimum": 0})", "0", ""},
        {R"({"minimum": 0})", "-1", "-1 is less than the minimum of 0"},
        {R"({"maximum": 1.5})", "2", "2 is greater than the maximum of 1.5"},
        {R"({"minItems": 1})", "[]", "[] is too short"},
        {R"({"maxItems": 1})", "[1, 2]", "[1, 2] is too long"},
        {R"({"uniqueItems": true})", R"(["a", "b"])", ""},
        {R"({"uniqueItems": true})", R"(["a", "a"])", "['a', 'a'] has non-unique elements"},
        {R"({"uniqueItems": false})", R"(["a", "a"])", ""},
        {R"({"items": {"type": "string"}})", R"(["a", 5, 6])", "5 is not of type 'string'"},
        {R"({"required": ["a"]})", "{}", "'a' is a required property"},
        {R"({"required": ["a"]})", "[]", ""},
        {R"({"properties": {"a": {"type": "string"}}})", R"({"b": 5})", ""},
        {R"({"properties": {"a": {"type": "string"}}})", R"({"a": {"b": null}})",
         "{'b': None} is not of type 'string'"},
        {R"({"additionalProperties": false, "properties": {"a": {}}})",
         R"({"c": 1, "b": 2, "a": 3})",
         "Additional properties are not allowed ('b', 'c' were unexpected)"},
        {R"({"additionalProperties": {"type": "string"}})", R"({"b": 5})",
         "5 is not of type 'string'"},
        {R"({"allOf": [{"type": "integer"}, {"minimum": 0}]})", "-1",
         "-1 is less than the minimum of 0"},
        // The best match: nearest to the root, then about a type, then the first.
        {R"({"properties": {"a": {"items": {"type": "string"}}, "b": {"type": "string"}}})",
         R"({"a": [5], "b": 6})", "6 is not of type 'string'"},
        {R"({"properties": {"a": {"enum": ["x"]}, "b": {"type": "string"}}})",
         R"({"a": "y", "b": 6})", "'y' is not one of ['x']"},
        {R"({"properties": {"a": {"type": "string", "enum": ["x"]}, "b": {"type": "string"}}})",
         R"({"a": "y", "b": 6})", "6 is not of type 'string'"},
        {R"({"enum": ["x"], "type": "string"})", "5", "5 is not one of ['x']"},
        {R"({"properties": {"a": {"type": "string"}}, "required": ["b"]})", R"({"a": 5})",
         "'b' is a required property"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(std::string(each.schema) + " " + std::string(each.value));
        const json::value schema = json::parse(each.schema);
        EXPECT_EQ(schema_error(schema.get_object(), json::parse(each.value)).value_or(""),
                  each.expected);
    }
}

TEST(json_schema, follows_definitions) {
    const struct {
        std::string_view value, expected;
    } cases[] = {
        {R"({"namespace": "n"})", ""},
        {"{}", "'namespace' is a required property"},
        {R"({"namespace": "n", "x": 1})",
         "Additional properties are not allowed ('x' was unexpected)"},
        {R"({"namespace": "n", "objects": [{"required": ["a", "a"]}]})",
         "['a', 'a'] has non-unique elements"},
        {R"({"namespace": "n", "properties": {"p": {"title": "t"}}})",
         "'type' is a required property"},
        {R"({"namespace": "n", "properties": {"p": {"title": "t", "type": "x"}}})",
         "'x' is not one of ['array', 'boolean', 'integer', 'number', 'object', 'string', None]"},
        {R"({"namespace": "n", "properties": {"p": {"title": "t", "type": "string",
             "minLength": -1}}})",
         "-1 is less than the minimum of 0"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.value);
        EXPECT_EQ(schema_error(metadef_namespace_schema(), json::parse(each.value)).value_or(""),
                  each.expected);
    }
}

TEST(python_text, is_what_repr_writes) {
    const struct {
        std::string_view value, expected;
    } cases[] = {
        {"null", "None"},
        {"-0.0", "-0.0"},
        {R"("it's")", R"("it's")"},
        {R"("\"")", R"('"')"},
        {R"("'\"")", R"('\'"')"},
        {R"("\\\n\r\t\u0001\u007f é")", R"('\\\n\r\t\x01\x7f é')"},
        {R"([1, [], {"a": {}, "b": true}])", "[1, [], {'a': {}, 'b': True}]"},
    };
    for (const auto& each : cases) {
        EXPECT_EQ(python_repr(json::parse(each.value)), each.expected);
    }
}

TEST(python_text, cuts_what_is_long) {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "é";
    const std::string shown = python_repr(json::string(text));
    EXPECT_LE(shown.size(), 1024 + 3);
    EXPECT_TRUE(shown.ends_with("é…")) << shown.substr(shown.size() - 8);
    const json::value many(json::array(100'000, json::array{5}));
    EXPECT_LE(python_repr(many).size(), 1024 + 3);
}

TEST(python_text, is_what_title_writes) {
    const struct {
        std::string_view text, expected;
    } cases[] = {
        {"", ""}, {"name", "Name"}, {"hw_x9y-z", "Hw_X9Y-Z"}, {"aBC dEF", "Abc Def"}, {"éa", "éa"},
    };
    for (const auto& each : cases) EXPECT_EQ(python_title(each.text), each.expected);
}

}  // namespace
}  // namespace glimt
