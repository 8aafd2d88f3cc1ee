// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/policy_table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace glimt {

struct policy_document {
    std::vector<policy_override> rules;  // in the order of the file
    std::vector<std::string> errors;     // "path:line: ..." each
};

// Reads a file of rules, YAML or JSON: a map of names to rules, each a text of the language or a
// list of lists of checks. A value that is left out allows, as an empty text does. Refused is what
// oslo.policy fails for, and what it takes for "everybody" though nobody would: false and 0.
policy_document read_policy_document(std::string_view text, std::string_view path);

}  // namespace glimt
