// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace glimt {

// Whether a path is one that an access rule of an application credential means
// (keystonemiddleware's _path_matches). In the pattern, {name} and * stand for one or more
// characters without '/', and ** for any. Time is at most the product of the two lengths.
bool matches_access_path(std::string_view pattern, std::string_view path);

}  // namespace glimt
