// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"

#include <optional>
#include <string_view>

namespace glimt {

// Who looks at an image, as far as its visibility goes.
struct image_viewer {
    std::optional<std::string_view> project;  // none when nobody is known
    bool is_admin = false;
};

// Whether only a membership can decide: may_see() is worth asking with `is_member` true.
bool needs_membership(const image& of, const image_viewer& viewer) noexcept;

// What the database layer of Glance lets see (contract 3.3); policies come on top. `is_member`:
// whether the image was shared with the project of the viewer, whatever it made of it.
bool may_see(const image& of, const image_viewer& viewer, bool is_member) noexcept;

// Whether the owner or an admin looks: who else may see an image may not change it.
bool owns(const image& of, const image_viewer& viewer) noexcept;

}  // namespace glimt
