// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/handlers.hpp"
#include "auth/property_protections.hpp"
#include "image/image_checks.hpp"
#include "image/image_json.hpp"

#include <string_view>

namespace glimt {

// What the handlers of images have in common.

// How the settings and the caller want images to look (contract 1.5). Refers to the services.
image_view view_of(const call& asked);

// What the caller may do with custom properties.
task<property_access> property_access_of(const call& asked);

// 200 and the image as JSON, without the properties that the caller may not read.
response image_answer(const call& asked, const image& shown, const property_access& access);

// How many of each an image may have.
image_limits limits_of(const call& asked);

// What Glance's database layer asks on top of every policy: only the owner and admins change an
// image. Throws problem(reason::forbidden).
void check_owner(const call& asked, const image& of);

// A change begins anew when the image got another status meanwhile, this often at most; then it is
// refused with 409.
inline constexpr int attempts_max = 5;
[[noreturn]] void refuse_contended(std::string_view image_id);

}  // namespace glimt
