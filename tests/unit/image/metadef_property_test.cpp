// SPDX-License-Identifier: Apache-2.0
#include "image/metadef_property.hpp"

#include "core/problem.hpp"

#include <boost/json.hpp>

#include <gmock/gmock.h>

namespace glimt {
namespace {

using boost::json::parse;

std::string text_of(const boost::json::object& property) {
    std::string text;
    append_property_type(text, property);
    return text;
}

TEST(metadef_property, is_kept_in_the_order_and_of_the_kinds_of_glance) {
    const struct {
        const char* asked;
        const char* kept;
    } cases[] = {
        {R"({"title": "T", "type": "string"})", R"({"type": "string", "title": "T"})"},
        {R"({"name": "n", "items": {"enum": ["a"], "type": "string"}})",
         R"({"name": "n", "items": {"type": "string", "enum": ["a"]}})"},
        {R"({"default": 2})", R"({"default": "2"})"},
        {R"({"default": 1.5})", R"({"default": "1.5"})"},
        {R"({"default": false})", R"({"default": "False"})"},
        {R"({"default": null})", R"({"default": null})"},
        {R"({"default": ["a"]})", R"({"default": null})"},
        {R"({"default": {}})", R"({"default": null})"},
        {R"({"minimum": 1.9})", R"({"minimum": 1})"},
        {R"({"minimum": -1.9})", R"({"minimum": -1})"},
        {R"({"maximum": 18446744073709551615})", R"({"maximum": 18446744073709551615})"},
        {R"({"maxLength": 100000000000000000000})", R"({"maxLength": 100000000000000000000})"},
        {R"({"maximum": 9.3e18})", R"({"maximum": 9300000000000000000})"},
        {R"({"operators": ["<in>"], "enum": []})", R"({"operators": ["<in>"], "enum": []})"},
        {R"({"confidential": true, "readonly": false})",
         R"({"readonly": false, "confidential": true})"},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.asked);
        const auto kept = read_property_type(parse(one.asked).as_object());
        EXPECT_EQ(text_of(kept), one.kept);
        EXPECT_EQ(text_of(property_type_of(kept)), one.kept);
    }
}

TEST(metadef_property, is_refused_where_glance_fails) {
    const struct {
        const char* asked;
        const char* why;
    } cases[] = {
        {R"({"nope": 1})", "A property has no attribute 'nope'."},
        {R"({"required": ["a"]})", "A property has no attribute 'required'."},
        {R"({"enum": [1, null, {}]})",
         "The attribute 'enum' of a property can't be [1, None, {}]."},
        {R"({"items": {}})", "The attribute 'items' of a property can't be {}."},
        {R"({"items": {"type": "string", "x": 1}})",
         "The attribute 'items' of a property can't be {'type': 'string', 'x': 1}."},
        {R"({"confidential": "a"})", "The attribute 'confidential' of a property can't be 'a'."},
        {R"({"minimum": "1"})", "The attribute 'minimum' of a property can't be '1'."},
        {R"({"maximum": 1e999})", "The attribute 'maximum' of a property can't be Infinity."},
        {"{\"default\": \"\u00e9\"}",
         "The default of a property can't contain characters that are not ASCII."},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.asked);
        try {
            read_property_type(parse(one.asked).as_object());
            FAIL() << "was taken";
        } catch (const problem& refusal) {
            EXPECT_EQ(refusal.why(), reason::invalid);
            EXPECT_EQ(refusal.detail(), one.why);
        }
    }
}

TEST(metadef_property, what_was_loaded_is_shown_as_far_as_it_can_be) {
    const auto loaded = parse(R"({"title": "T", "type": "boolean", "default": false, "x": 1,
                                  "enum": [1], "items": {"enum": ["a"]}})");
    EXPECT_EQ(text_of(property_type_of(loaded.as_object())),
              R"({"type": "boolean", "title": "T", "default": "False"})");
}

}  // namespace
}  // namespace glimt
