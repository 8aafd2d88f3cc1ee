// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace glimt {

// Regular expressions of operators, as Python's re.search takes them: found anywhere unless
// anchored. The syntax is Perl's, which is Python's but for rare corners.

// Whether `pattern` can be used at all.
bool is_pattern(const std::string& pattern);

// Whether `pattern`, which can be used, is found in `text`. A search that takes too long finds
// nothing.
bool pattern_found(const std::string& pattern, std::string_view text);

}  // namespace glimt
