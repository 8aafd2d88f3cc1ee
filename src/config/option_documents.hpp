// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/load.hpp"

#include <string>

namespace glimt {

// What is made of the table of options for people to read.

// A configuration file with every option, its help and its default, all commented out.
std::string sample_ini();

// docs/reference/options.md.
std::string option_reference();

// What `glimt check` prints: what was read, every error, and what serve would use. Secrets are
// masked. Ends with a line that says in one word how it went.
std::string check_report(const loaded_settings& loaded);

}  // namespace glimt
