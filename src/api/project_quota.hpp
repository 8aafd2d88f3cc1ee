// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/routes.hpp"
#include "keystone/project_limits.hpp"

#include <string_view>
#include <vector>

namespace glimt {

// Keystone's unified limits for images (contract 7.7), in force with use_keystone_limits; without
// it everything is allowed. Of the caller's project, whoever owns the image. As in Glance a check
// and what follows it are not one step: projects that ask for many things at once may get a few too
// many.
//
// All throw problem(reason::too_large) with oslo.limit's sentence, and what project_limits throws.

task<> enforce_one_more_image(const call& asked);

// What an upload is checked against, asked for at once.
struct upload_limits {
    resource_limit stored_mebibytes, uploads;
};
task<upload_limits> limits_of_uploads(const call& asked);

// Whether it has stored too much already: what comes is not counted.
task<> enforce_stored_bytes(const call& asked, const upload_limits& limits);

// Before an image begins to be uploaded.
task<> enforce_one_more_upload(const call& asked, const upload_limits& limits);

// What of a resource is used and may be used, in whole MiB where it is bytes; empty where there are
// no such limits.
struct resource_usage {
    std::string_view resource;
    std::int64_t used;
    resource_limit limit;
};
task<std::vector<resource_usage>> usage_of_project(const call& asked);

}  // namespace glimt
