// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace glimt {

// How Python shows what Glance quotes in its messages.

// repr() of a value that json.loads made: 'it' and "it's", True, None, [1, 'a'], {'a': None}. What
// is longer than a kibibyte is cut and ends in "…".
std::string python_repr(const boost::json::value& value);

// str.title(): "hw_x9y-z" is "Hw_X9Y-Z". Letters beyond ASCII stay as they are.
std::string python_title(std::string_view text);

}  // namespace glimt
