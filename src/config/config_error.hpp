// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace glimt {

// One thing an operator has to correct. Never holds the value of a secret option.
struct config_error {
    std::string where;  // "file:line", "file", an environment variable or a command line option
    std::string what;

    bool operator==(const config_error&) const = default;
};

inline std::string to_string(const config_error& e) { return e.where + ": " + e.what; }

}  // namespace glimt
