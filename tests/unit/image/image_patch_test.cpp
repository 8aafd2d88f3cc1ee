// SPDX-License-Identifier: Apache-2.0
// What answers_test.cpp cannot see: what a patch says of what it did.
#include "image/image_patch.hpp"

#include "core/problem.hpp"
#include "image/request_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glimt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const image_schema& schema() {
    static std::vector<std::string> errors;
    static const image_schema plain({}, errors);
    return plain;
}

image_location at(std::string url, std::optional<std::int64_t> id = {}) {
    image_location made;
    made.id = id;
    made.url = std::move(url);
    return made;
}

std::vector<std::string> urls(const std::vector<image_location>& locations) {
    std::vector<std::string> all;
    for (const image_location& each : locations) all.push_back(each.url);
    return all;
}

image active_at(std::vector<image_location> locations) {
    image made;
    made.id = "i";
    made.owner = "p1";
    made.status = image_status::active;
    made.locations = std::move(locations);
    made.properties = {{"a", "1"}, {"b", "2"}, {"c", "3"}};
    return made;
}

patch_rules admin_rules() {
    patch_rules rules;
    rules.viewer_is_admin = true;
    rules.locations_are_shown = true;
    return rules;
}

patched_image patched(image start, std::string_view body) {
    patched_image to{.value = std::move(start),
                     .touched_properties = {},
                     .added_locations = {},
                     .removed_locations = {}};
    for (const image_change& each :
         read_patch(parse_request_json(body), patch_media::v2_1, schema())) {
        apply(each, admin_rules(), to);
    }
    return to;
}

std::string refusal(image start, std::string_view body) {
    try {
        patched(std::move(start), body);
    } catch (const problem& why) {
        return why.detail();
    }
    return {};
}

TEST(image_patch, names_the_properties_it_touched) {
    const patched_image done = patched(active_at({}), R"([
        {"op": "replace", "path": "/b", "value": "9"}, {"op": "remove", "path": "/a"},
        {"op": "add", "path": "/d", "value": "4"}, {"op": "replace", "path": "/name", "value": "n"},
        {"op": "add", "path": "/tags", "value": ["t", "t"]}])");
    EXPECT_THAT(done.touched_properties, ElementsAre("b", "a", "d"));
    std::vector<std::string> names;
    for (const image_property& each : done.value.properties) names.push_back(each.name);
    EXPECT_THAT(names, ElementsAre("b", "c", "d"));
    EXPECT_THAT(done.value.tags, ElementsAre("t"));
}

TEST(image_patch, names_the_locations_it_adds_and_removes) {
    const struct {
        const char* what;
        std::string_view body;
        std::vector<std::string> left, added, removed;
    } cases[] = {
        {"nothing", "[]", {"u1", "u2"}, {}, {}},
        {"one more",
         R"([{"op": "add", "path": "/locations/1",
                          "value": {"url": "u3", "metadata": {}}}])",
         {"u1", "u3", "u2"},
         {"u3"},
         {}},
        {"one less", R"([{"op": "remove", "path": "/locations/0"}])", {"u2"}, {}, {"u1"}},
        {"the last of them", R"([{"op": "remove", "path": "/locations/-"}])", {"u1"}, {}, {"u2"}},
        {"there and gone",
         R"([{"op": "add", "path": "/locations/-",
                                "value": {"url": "u3", "metadata": {}}},
                               {"op": "remove", "path": "/locations/2"}])",
         {"u1", "u2"},
         {},
         {}},
        {"a URL that another keeps",
         R"([{"op": "add", "path": "/locations/-",
                                          "value": {"url": "u1", "metadata": {"a": "b"}}},
                                         {"op": "remove", "path": "/locations/0"}])",
         {"u2", "u1"},
         {"u1"},
         {}},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.what);
        const patched_image done = patched(active_at({at("u1", 1), at("u2", 2)}), each.body);
        EXPECT_EQ(urls(done.value.locations), each.left);
        EXPECT_EQ(urls(done.added_locations), each.added);
        EXPECT_EQ(urls(done.removed_locations), each.removed);
    }
}

TEST(image_patch, keeps_the_rows_of_locations_whose_metadata_it_changes) {
    const patched_image done = patched(active_at({at("u1", 1), at("u2", 2)}), R"([
        {"op": "replace", "path": "/locations", "value": [
            {"url": "u2", "metadata": {"a": "b"}}, {"url": "u1", "metadata": {}}]}])");
    ASSERT_EQ(done.value.locations.size(), 2);
    EXPECT_EQ(done.value.locations[0].id, 2);
    EXPECT_EQ(done.value.locations[0].metadata.at("a"), "b");
    EXPECT_EQ(done.value.locations[1].id, 1);
    EXPECT_THAT(done.added_locations, IsEmpty());
    EXPECT_THAT(done.removed_locations, IsEmpty());
}

TEST(image_patch, does_not_bring_back_a_location_it_removed) {
    EXPECT_EQ(refusal(active_at({at("u1"), at("u2")}), R"([
        {"op": "remove", "path": "/locations/0"},
        {"op": "add", "path": "/locations/-", "value": {"url": "u1", "metadata": {}}}])"),
              "Invalid location");
}

TEST(image_patch, refuses_what_locations_cannot_be) {
    const struct {
        std::string_view body, expected;
    } cases[] = {
        {R"([{"op": "add", "path": "/locations/-", "value": {"url": "u", "metadata": {"a": 5}}}])",
         "The image metadata key a has an invalid type. Only dict, list, and unicode are "
         "supported"},
        {R"([{"op": "add", "path": "/locations/-",
              "value": {"url": "u", "metadata": {"a": [{"b": null}]}}}])",
         "The image metadata key a has an invalid type. Only dict, list, and unicode are "
         "supported"},
        {R"([{"op": "remove", "path": "/locations/99999999999999999999"}])",
         "Invalid position for removing a location."},
        {R"([{"op": "remove", "path": "/locations/1x"}])",
         "Invalid position for removing a location."},
        {R"([{"op": "replace", "path": "/locations", "value": [{"url": "u", "metadata": {}}]}])",
         "Original locations is not empty: [{'url': 'u1', 'metadata': {}, 'status': 'active'}, "
         "{'url': 'u2', 'metadata': {}, 'status': 'active'}]"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.body);
        EXPECT_EQ(refusal(active_at({at("u1"), at("u2")}), each.body), each.expected);
    }
}

TEST(image_patch, says_which_policy_a_change_needs) {
    const struct {
        std::string_view body;
        patch_permission expected;
    } cases[] = {
        {R"([{"op": "add", "path": "/a", "value": "x"}])", patch_permission::modify},
        {R"([{"op": "remove", "path": "/a"}])", patch_permission::modify},
        {R"([{"op": "add", "path": "/owner", "value": "p2"}])", patch_permission::modify},
        {R"([{"op": "add", "path": "/locations/-", "value": {"url": "u", "metadata": {}}}])",
         patch_permission::change_locations},
        {R"([{"op": "replace", "path": "/locations", "value": [{"url": "u", "metadata": {}}]}])",
         patch_permission::change_locations},
        {R"([{"op": "remove", "path": "/locations/0"}])", patch_permission::remove_location},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.body);
        const auto changes = read_patch(parse_request_json(each.body), patch_media::v2_1, schema());
        EXPECT_EQ(permission_for(changes.at(0), {}), each.expected);
    }
}

TEST(image_patch, leaves_an_image_to_its_owner) {
    const image before = active_at({});
    image after = before;
    after.owner = "p2";
    EXPECT_NO_THROW(check_patched(before, after, admin_rules()));
    EXPECT_NO_THROW(check_patched(before, before, {}));
    try {
        check_patched(before, after, {});
        ADD_FAILURE() << "given away";
    } catch (const problem& why) {
        EXPECT_EQ(why.why(), reason::forbidden);
        EXPECT_EQ(why.detail(), "Forbidding request, image i not visible");
    }
}

TEST(image_patch, is_of_one_of_two_media_types) {
    EXPECT_EQ(patch_media_of("application/openstack-images-v2.1-json-patch"), patch_media::v2_1);
    EXPECT_EQ(patch_media_of("application/openstack-images-v2.0-json-patch ; charset=utf-8"),
              patch_media::v2_0);
    try {
        patch_media_of("application/json-patch+json");
        ADD_FAILURE() << "taken";
    } catch (const problem& why) {
        EXPECT_EQ(why.why(), reason::unsupported);
        ASSERT_EQ(why.headers().size(), 1);
        EXPECT_EQ(why.headers()[0].name, "Accept-Patch");
        EXPECT_EQ(why.headers()[0].value,
                  "application/openstack-images-v2.0-json-patch, "
                  "application/openstack-images-v2.1-json-patch");
    }
}

TEST(image_patch, refuses_what_is_no_operation_without_a_crash) {
    const struct {
        patch_media media;
        std::string_view body, expected;
    } cases[] = {
        // Glance answers 500 to these three.
        {patch_media::v2_1, R"([{"op": "add", "path": 5, "value": "x"}])",
         "Pointer `5` does not start with \"/\"."},
        {patch_media::v2_1, R"([{"op": "remove", "path": null}])",
         "Pointer `None` does not start with \"/\"."},
        {patch_media::v2_0, R"([{"remove": ["x"]}])", "Pointer `['x']` does not start with \"/\"."},
        {patch_media::v2_1, R"([{"op": ["add"], "path": "/a"}])",
         "Invalid operation: `['add']`. It must be one of the following: add, remove, replace."},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.body);
        try {
            read_patch(parse_request_json(each.body), each.media, schema());
            ADD_FAILURE() << "taken";
        } catch (const problem& why) {
            EXPECT_EQ(why.why(), reason::invalid);
            EXPECT_EQ(why.detail(), each.expected);
        }
    }
}

}  // namespace
}  // namespace glimt
