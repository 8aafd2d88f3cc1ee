// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/message.hpp"

#include <string_view>

namespace glimt {

// Whether a header says who the caller is (contract 3.1 item 1, front-ends.md 2): what keystone's
// filter sets and Glance believes. In both spellings, with '-' and with '_', which some front ends
// take for the same. X-Auth-Token and X-Service-Token are not among them: they have to be proven.
bool is_identity_header(std::string_view name) noexcept;

// Takes every such header off.
void drop_identity_headers(request_head& head);

}  // namespace glimt
