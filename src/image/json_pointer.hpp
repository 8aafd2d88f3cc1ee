// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// The segments of a JSON pointer as Glance takes them (contract 1.10): "/a/b~1c" is "a", "b/c".
// Whitespace around a segment is no part of it, and two slashes at the beginning count as one.
// At least one segment, which may be empty. Throws problem(reason::invalid).
std::vector<std::string> segments_of_pointer(std::string_view pointer);

}  // namespace glimt
