// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"
#include "proto/exchange.hpp"

#include <string>

namespace glimt {

// Conditional requests for an image's data (RFC 9110 13), which Glance does not know. Data never
// changes once it is there, so its multihash is a strong entity tag.

// Quoted; empty when the image has no multihash.
std::string entity_tag(const image& of);

// Whether If-None-Match says that the client has these bytes already.
bool is_unchanged(const request_head& asked, const image& of);

// 304 for such a client.
response unchanged_answer(const image& of);

// Whether Range counts: there is no If-Range, or it names these bytes.
bool if_range_holds(const request_head& asked, const image& of);

}  // namespace glimt
