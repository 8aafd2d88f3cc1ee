// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/routes.hpp"

namespace glimt {

// /v2/images/{image_id}/actions (contract 1.23). An image that is so already stays as it is.

task<response> deactivate_image(call& asked);
task<response> reactivate_image(call& asked);

}  // namespace glimt
