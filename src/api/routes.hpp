// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/path.hpp"
#include "core/problem.hpp"
#include "proto/exchange.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace glimt {

class permissions;
struct request_context;
struct services;

// One request on its way through a handler. Lives until the handler has answered.
struct call {
    const request_head& head;
    source& body;
    const services& with;
    const request_context& caller;
    const permissions& rules;  // as they were when the request came
    std::string_view request_id;
    const path_pattern& pattern;  // of the route
    const path_segments& path;    // below the version

    // What stands in the path where the pattern has "{name}"; decoded, not empty. The pattern has
    // that name.
    std::string_view parameter(std::string_view name) const;
};

using handler = task<response> (*)(call& asked);

enum class body_rule : std::uint8_t {
    accepted,
    refused,  // "B" in contract 1.4: 400 when there is a body
};

// One method of one resource.
struct route {
    std::string_view method;
    path_pattern pattern;
    handler run;
    body_rule body = body_rule::accepted;
};

// Where Glance refuses other methods, and with which Allow.
struct resource {
    path_pattern pattern;
    std::string_view allow;
};

// Every route of the API below /v2. What comes before the version (the list of versions, the health
// check) is in dispatch.cpp.
std::span<const route> api_routes();

// The first of the routes that answers the method on the path, or nullptr.
const route* find_route(std::span<const route> among, std::string_view method,
                        const path_segments& path);

// Why no route answers (contract 1.1): 405 with Allow where Glance knows the resource but not with
// that method, 501 for a method nobody knows, else 404; that is also the answer of what Glance
// has and we do not have yet. `path` may be nullptr: one that cannot be a resource.
problem no_route(std::string_view method, const path_segments* path);

}  // namespace glimt
