// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/problem.hpp"
#include "proto/exchange.hpp"

namespace glimt {

// What a problem looks like to the client, to the byte as webob 1.8 writes it for Glance (contract
// 1.3): HTML, JSON or plain text, whatever Accept likes best in this order; no Accept is plain
// text. An answer to HEAD has no body and says that it would be HTML.
response error_response(const problem& why, const request_head& asked);

}  // namespace glimt
