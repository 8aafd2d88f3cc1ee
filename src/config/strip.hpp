// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace glimt {

// Removes from one end, or both, what Python's str.strip() calls white space, in UTF-8: a no-break
// space pasted from a web page at the end of a value is no part of the value for Glance either.
std::string_view strip_left(std::string_view text);
std::string_view strip_right(std::string_view text);
std::string_view strip(std::string_view text);

}  // namespace glimt
