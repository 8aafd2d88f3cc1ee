// SPDX-License-Identifier: Apache-2.0
//
// What the API's tests do not see of bodies, and what files say.
#include "image/metadef_input.hpp"

#include "core/problem.hpp"

#include <boost/json.hpp>

#include <gmock/gmock.h>

namespace glimt {
namespace {

using boost::json::parse;
using ::testing::ElementsAre;
using ::testing::StartsWith;

std::string why_refused(std::string_view file) {
    try {
        read_namespace_file(parse(file));
        return "taken";
    } catch (const problem& refusal) {
        return refusal.detail();
    }
}

TEST(metadef_input, a_file_is_a_namespace_with_what_is_in_it) {
    const namespace_draft draft = read_namespace_file(parse(R"({
        "namespace": "n", "display_name": "N", "visibility": "public", "protected": true,
        "resource_type_associations": [{"name": "R", "prefix": "x_"}],
        "properties": {"p": {"title": "P", "type": "integer", "default": 2}},
        "objects": [{"name": "o", "required": ["q"], "properties": {}}],
        "tags": [{"name": "a"}, {"name": "b"}]})"));
    EXPECT_EQ(draft.value.name, "n");
    EXPECT_EQ(draft.value.display_name, "N");
    EXPECT_TRUE(draft.value.is_public && draft.value.is_protected);
    EXPECT_EQ(draft.value.owner, "admin");
    EXPECT_EQ(draft.contents.associations.at(0).prefix, "x_");
    EXPECT_EQ(draft.contents.properties.at(0).schema.at("default"), "2");
    EXPECT_THAT(*draft.contents.objects.at(0).required, ElementsAre("q"));
    EXPECT_EQ(draft.contents.tags.size(), 2U);
}

// glance-manage's export writes null, an answer of the API has times and references.
TEST(metadef_input, a_file_may_say_what_nobody_looks_at) {
    const namespace_draft draft = read_namespace_file(parse(R"({
        "namespace": "n", "display_name": null, "owner": "p", "created_at": "a", "self": "b",
        "nope": 1, "resource_type_associations": [{"name": "R", "prefix": null, "nope": 1}],
        "objects": [{"name": "o", "description": null, "self": "c"}],
        "tags": [{"name": "a", "nope": 1}]})"));
    EXPECT_EQ(draft.value.owner, "p");
    EXPECT_EQ(draft.value.display_name, std::nullopt);
    EXPECT_EQ(draft.contents.associations.at(0).prefix, std::nullopt);
    EXPECT_EQ(draft.contents.objects.at(0).description, std::nullopt);
}

TEST(metadef_input, a_file_that_is_no_namespace_is_refused) {
    const struct {
        const char* file;
        const char* begins;
    } cases[] = {
        {"[]", "It is no JSON object."},
        {"{}", "Provided object does not match schema 'namespace': 'namespace' is a required"},
        {R"({"namespace": 1})", "Provided object does not match schema 'namespace': 1 is not of"},
        {R"({"namespace": "n", "objects": {}})", "Provided object does not match schema"},
        {R"({"namespace": "n", "objects": [1]})", "Provided object does not match schema"},
        {R"({"namespace": "n", "objects": [{}]})",
         "Provided object does not match schema 'object': 'name' is a required property"},
        {R"({"namespace": "n", "properties": {"p": {"title": "P", "type": "string", "x": 1}}})",
         "A property has no attribute 'x'."},
        {"{\"namespace\": \"n\", \"tags\": [{\"name\": \"\U0001f600\"}]}",
         "Couldn't load it: Name can't contain 4 byte unicode characters."},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.file);
        EXPECT_THAT(why_refused(one.file), StartsWith(one.begins));
    }
}

}  // namespace
}  // namespace glimt
