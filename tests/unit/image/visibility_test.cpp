// SPDX-License-Identifier: Apache-2.0
#include "image/visibility.hpp"

#include <gtest/gtest.h>

namespace glimt {
namespace {

using enum image_visibility;

TEST(visibility, is_that_of_the_database_layer_of_glance) {
    const image_viewer owner{"p1"}, other{"p2"}, nobody{}, admin{"p2", true}, embedded{{}, true};
    const struct {
        const char* what;
        image_visibility visibility;
        std::optional<std::string> owned_by;
        image_viewer viewer;
        bool sees, sees_as_member, owns;
    } cases[] = {
        {"own private", private_, "p1", owner, true, true, true},
        {"private of another", private_, "p1", other, false, false, false},
        {"private, by nobody", private_, "p1", nobody, false, false, false},
        {"private, by an admin", private_, "p1", admin, true, true, true},
        {"private, by an admin without a project", private_, "p1", embedded, true, true, true},
        {"own shared", shared, "p1", owner, true, true, true},
        {"shared of another", shared, "p1", other, false, true, false},
        {"shared, by nobody", shared, "p1", nobody, false, false, false},
        {"public", public_, "p1", other, true, true, false},
        {"public, by nobody", public_, "p1", nobody, true, true, false},
        {"community", community, "p1", other, true, true, false},
        {"community, by nobody", community, "p1", nobody, true, true, false},
        {"private without an owner", private_, {}, other, true, true, false},
        {"shared without an owner, by nobody", shared, {}, nobody, true, true, false},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.what);
        image one;
        one.visibility = each.visibility;
        one.owner = each.owned_by;
        EXPECT_EQ(may_see(one, each.viewer, false), each.sees);
        EXPECT_EQ(may_see(one, each.viewer, true), each.sees_as_member);
        EXPECT_EQ(needs_membership(one, each.viewer), each.sees != each.sees_as_member);
        EXPECT_EQ(owns(one, each.viewer), each.owns);
    }
}

}  // namespace
}  // namespace glimt
