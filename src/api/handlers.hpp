// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/routes.hpp"
#include "catalog/image_query.hpp"
#include "image/image.hpp"
#include "proto/exchange.hpp"

#include <string>

namespace glimt {

// What all handlers have in common.

// 200 and a type; the caller writes the text.
response json_answer();

// 204 as Glance sends it after most deletions (contract 1.3): it names a type of nothing.
response nothing_left();

// On whose behalf the catalog is asked.
catalog_viewer viewer_of(const request_context& caller);

// When a change is made, as it is stored.
timestamp time_of_change(const call& asked);

// The body of the request, up to as much as a document may have.
task<std::string> collect_document(const call& asked);

// 400 for a path or a query that is not UTF-8.
problem undecodable();

}  // namespace glimt
