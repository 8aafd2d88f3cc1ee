// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>

#include <string_view>

namespace glimt {

// The body of a request as JSON: an array or an object, nested no deeper than 32. Throws
// problem(reason::invalid) with Glance's text for anything else, and for no body (contract 1.3).
boost::json::value parse_request_json(std::string_view body);

}  // namespace glimt
