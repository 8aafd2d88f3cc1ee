// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// Where Keystone's version 3 is, of a URL that an operator or a catalog gives: the URL itself when
// it ends in /v3, else what is below it. No '/' at its end.
std::string version_three_of(std::string_view url);

// Whether one has to look whether there is a version 3: the URL does not say so itself.
bool names_version_three(std::string_view url);

// Whether the document that Keystone answers GET / with has a version 3. A document that is none
// forbids nothing.
bool may_have_version_three(std::string_view json);

// What a login brings: until when its token lasts, and Keystone's own place in the catalog, empty
// when it is not there. Nothing when the document is not one of a token.
struct login_answer {
    wall_time expires;
    std::string identity_url;
};
std::optional<login_answer> read_login(std::string_view json, std::string_view interface,
                                       std::string_view region);

}  // namespace glimt
