// SPDX-License-Identifier: Apache-2.0
#include "api/path.hpp"

#include <gmock/gmock.h>

#include <vector>

using namespace glimt;

namespace {

TEST(path_test, splits_into_segments_that_are_not_empty) {
    struct path_case {
        const char* path;
        std::vector<std::string_view> segments;  // empty: not a resource's path
    };
    const path_case cases[] = {
        {"/images", {"images"}},
        {"/images/x", {"images", "x"}},
        {"//images///x", {"images", "x"}},
        {"/ / ", {" ", " "}},
        {"*", {"*"}},
        {"/images/", {}},
        {"/images//", {}},
        {"/", {}},
        {"//", {}},
        {"", {}},
        {"/1/2/3/4/5/6/7/8", {"1", "2", "3", "4", "5", "6", "7", "8"}},
        {"/1/2/3/4/5/6/7/8/9", {}},
        {"/1/2/3/4/5/6/7/8/", {}},
    };
    for (const path_case& one : cases) {
        SCOPED_TRACE(one.path);
        const auto split = split_path(one.path);
        EXPECT_EQ(split.has_value(), !one.segments.empty());
        if (split) EXPECT_THAT(*split, ::testing::ElementsAreArray(one.segments));
    }
}

TEST(path_test, patterns_match_segment_by_segment) {
    constexpr path_pattern image{"/v2/images/{image_id}/file"};
    struct match_case {
        const char* path;
        bool matched;
    };
    const match_case cases[] = {
        {"/images/x/file", true},   {"/images/{image_id}/file", true},
        {"/images/x/files", false}, {"/image/x/file", false},
        {"/images/x", false},       {"/images/x/file/y", false},
    };
    for (const match_case& one : cases) {
        SCOPED_TRACE(one.path);
        EXPECT_EQ(image.matches(*split_path(one.path)), one.matched);
    }
    constexpr path_pattern renamed{"/v2/images/{id}/file"};
    constexpr path_pattern other{"/v2/images/{id}/stage"};
    static_assert(image.same_paths(renamed) && !image.same_paths(other));
}

}  // namespace
