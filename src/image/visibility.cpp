// SPDX-License-Identifier: Apache-2.0
#include "image/visibility.hpp"

namespace glimt {
namespace {

// Without asking who the members are.
bool sees_as_anyone(const image& of, const image_viewer& viewer) noexcept {
    return !of.owner || of.visibility == image_visibility::public_ ||
           of.visibility == image_visibility::community || owns(of, viewer);
}

}  // namespace

bool owns(const image& of, const image_viewer& viewer) noexcept {
    return viewer.is_admin || (of.owner && viewer.project && *of.owner == *viewer.project);
}

bool needs_membership(const image& of, const image_viewer& viewer) noexcept {
    return viewer.project && of.visibility == image_visibility::shared &&
           !sees_as_anyone(of, viewer);
}

bool may_see(const image& of, const image_viewer& viewer, bool is_member) noexcept {
    return sees_as_anyone(of, viewer) || (is_member && needs_membership(of, viewer));
}

}  // namespace glimt
