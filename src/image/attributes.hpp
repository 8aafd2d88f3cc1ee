// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace glimt {

// The names of an image's members, and who may use which. Contract 1.5, 1.7, 1.10.

// Glance has no column for who is putting data into an image, so glimt has this property while it
// lasts; answers do not show it.
inline constexpr std::string_view uploader_property = "os_glance_upload_process";

// One that every image has, or that its answers carry: `name`, `tags`, `self`, `stores` … What is
// not one is a custom property.
bool is_attribute(std::string_view name) noexcept;

// Refused in the body of a POST before anything else is looked at.
bool is_answer_only(std::string_view name) noexcept;

// One that a PATCH may not touch since the server sets it.
bool is_read_only(std::string_view name) noexcept;

// One that no custom property may have: Glance's own, and `os_glance*`.
bool is_reserved(std::string_view name) noexcept;

// One that Glance's PATCH takes for a part of the image although it is none: it answers 200 without
// effect, or 500 (contract 1.29). We refuse it.
bool is_internal(std::string_view name) noexcept;

}  // namespace glimt
