// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/stream.hpp"
#include "proto/message.hpp"

#include <cstddef>
#include <string>

namespace glimt {

// Whether Glance takes a request to have a body (contract 1.3): a Content-Length above 0, with any
// method; or chunked, with POST, PUT or PATCH.
bool has_body(const request_head& head);

// All of a body, for JSON documents; images are streamed. Throws problem(reason::too_large) as soon
// as there is more than `bytes_max`, with the rest unread, and what reading throws.
task<std::string> collect(source& body, std::size_t bytes_max);

}  // namespace glimt
