// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/policy_check.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace glimt {

// A rule's tree in the order of its text: a node stands before its descendants. Never empty.
using policy_rule = std::vector<policy_node>;

// The older form of a rule: one of the lists must hold, and in it every check.
using policy_check_lists = std::vector<std::vector<std::string>>;

using policy_rule_source = std::variant<std::string, policy_check_lists>;

struct parsed_policy_rule {
    policy_rule rule;
    std::string complaint;  // why the text is no rule; then `rule` is to be left alone
};

// Reads a rule of oslo.policy 4.0 (_parser.py, _checks.py): checks joined by and, or and not, in
// that order of strength from not to or, with parentheses. An empty text always allows, and so does
// no list; lists that are all empty never do.
//
// Where oslo.policy logs and lets the rule fail, or fails when it is first asked, this complains:
// tokens left over, kinds that are no Python name or literal, formats other than %(name)s.
parsed_policy_rule parse_policy_rule(std::string_view text);
parsed_policy_rule parse_policy_checks(const policy_check_lists& lists);
parsed_policy_rule parse_policy_source(const policy_rule_source& source);

}  // namespace glimt
