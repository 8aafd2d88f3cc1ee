// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/keystone_settings.hpp"

#include <string>
#include <vector>

namespace glimt {

// Why glimt could not log in with that, a sentence each; names no secrets.
std::vector<std::string> complaints_about_credentials(const keystone_settings& options);

// The body of POST /v3/auth/tokens that logs glimt in, of settings without complaints. Secret.
std::string login_document(const keystone_settings& options);

}  // namespace glimt
