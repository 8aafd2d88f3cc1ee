// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/routes.hpp"

namespace glimt {

// /v2/images (contract 1.7, 1.8) and /v2/images/{image_id} (1.9, 1.10, 1.12).

task<response> show_images(call& asked);
task<response> create_image(call& asked);
task<response> show_image(call& asked);
task<response> change_image(call& asked);
task<response> delete_image(call& asked);

}  // namespace glimt
