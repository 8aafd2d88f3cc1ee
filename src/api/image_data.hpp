// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/routes.hpp"

namespace glimt {

// /v2/images/{image_id}/file (contract 1.14, 1.16) and /v2/stores/{store_id}/{image_id} (1.19).

task<response> upload_data(call& asked);
task<response> download_data(call& asked);
task<response> delete_from_store(call& asked);

}  // namespace glimt
