// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace glimt {

// The text that Python's json.dumps makes of a value: ", " and ": " between things, everything
// outside ASCII as \uXXXX. Columns with JSON are compared and read by Glance, so they look alike
// whoever wrote them. `value` is valid UTF-8.
std::string python_json(const boost::json::value& value);

}  // namespace glimt
