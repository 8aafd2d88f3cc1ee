// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/routes.hpp"

namespace glimt {

// /v2/images/{image_id}/members and /v2/images/{image_id}/members/{member_id} (contract 1.21).

task<response> get_image_members(call& asked);
task<response> post_image_member(call& asked);
task<response> get_image_member(call& asked);
task<response> put_image_member(call& asked);
task<response> delete_image_member(call& asked);

}  // namespace glimt
