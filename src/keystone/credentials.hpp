// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/keystone_settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// Why glimt could not log in with that, a sentence each; names the group of options it is from, and
// no secrets.
std::vector<std::string> complaints_about_credentials(
    const keystone_settings& options, std::string_view group = "keystone_authtoken");

// The body of POST /v3/auth/tokens that logs glimt in, of settings without complaints. Secret.
std::string login_document(const keystone_settings& options);

}  // namespace glimt
