// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/task.hpp"
#include "proto/exchange.hpp"

#include <string>
#include <string_view>

namespace glimt {

// Whether a path belongs to the health check: "/healthcheck", and whatever is below it.
bool names_healthcheck(std::string_view path);

// What a load balancer gets: 200 and "OK", or 503 and "DISABLED BY FILE", whatever the method; HEAD
// gets 204 or 503. As oslo.middleware's application with its backend disable_by_file (5.0, and
// still so in release 33): text, HTML or JSON by Accept in this order, text when in doubt.
response healthcheck_response(const request_head& asked, bool disabled);

// Whether something is at that path, symbolic links followed; what we may not see is not there.
// Does not block the loop. Throws operation_aborted when cancelled, and nothing else.
task<bool> exists(ring_context& home, const std::string& path);

}  // namespace glimt
