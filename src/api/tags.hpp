// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/routes.hpp"

namespace glimt {

// /v2/images/{image_id}/tags/{tag_value} (contract 1.22).

task<response> put_tag(call& asked);
task<response> delete_tag(call& asked);

}  // namespace glimt
