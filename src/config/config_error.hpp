// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace glimt {

// One thing an operator has to correct. Never holds the value of a secret option.
struct config_error {
    // "file:line", "file", an environment variable or a command line option; empty where `what`
    // says it.
    std::string where;
    std::string what;

    bool operator==(const config_error&) const = default;
};

inline std::string to_string(const config_error& e) {
    return e.where.empty() ? e.what : e.where + ": " + e.what;
}

}  // namespace glimt
