// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace glimt {

// Files of the operator beside the configuration. Both block.

// The path of a file or folder of that name, where oslo.config's find_file would find it.
std::optional<std::string> find_operator_file(const settings& options, const std::string& name);

// Its text; nothing and a line in `errors` when it cannot be read, or has more than 1 MiB: half of
// it would mean something else.
std::optional<std::string> read_operator_file(const std::string& path,
                                              std::vector<std::string>& errors);

}  // namespace glimt
