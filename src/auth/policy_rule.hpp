// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/policy_target.hpp"
#include "auth/request_context.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace glimt {

// The right side of a check, "%(project_id)s" or "x-%(id)s-y": plain text and attributes of the
// target, in turn.
struct policy_text {
    struct part {
        std::string text;  // or the attribute's name
        bool attribute = false;
    };
    std::vector<part> parts;
};

// What of the caller a check looks at. A list matches when one of its items does.
using policy_credential =
    std::variant<std::monostate, std::optional<std::string> request_context::*,
                 std::vector<std::string> request_context::*, bool request_context::*>;

// One node of a rule's tree.
struct policy_node {
    enum class kind : std::uint8_t {
        always,      // @, or an empty rule
        never,       // !
        all_of,      // and
        any_of,      // or
        negation,    // not
        rule,        // rule:name
        role,        // role:text
        literal,     // 'name':text, True:text, 7:text
        credential,  // name:text
    };

    kind type = kind::never;
    std::uint32_t end = 0;         // index behind its last descendant; the first is the next node
    std::string name;              // of the rule, or the literal
    std::size_t rule = no_rule;    // the rule of that name, once policy has looked it up
    policy_text match;             // role, literal, credential
    policy_credential credential;  // monostate: the caller has no such thing, the check fails

    static constexpr std::size_t no_rule = static_cast<std::size_t>(-1);
};

// A rule's tree in the order of its text: a node stands before its descendants. Never empty.
using policy_rule = std::vector<policy_node>;

struct parsed_policy_rule {
    policy_rule rule;
    std::string complaint;  // why the text is no rule; then `rule` is to be left alone
};

// Reads a rule of oslo.policy 4.0 (_parser.py, _checks.py): checks joined by and, or and not, in
// that order of strength from not to or, with parentheses. An empty text always allows.
//
// Where oslo.policy logs and lets the rule fail, or fails when it is first asked, this complains:
// tokens left over, kinds that are no Python name or literal, formats other than %(name)s. http:
// and https: checks are refused too: nobody is asked over the network yet.
parsed_policy_rule parse_policy_rule(std::string_view text);

// Whether the attributes of the target, put into `match`, make `value`. False when one is missing.
bool matches(const policy_text& match, std::string_view value, const policy_target& target);

// The same for a role: without regard to ASCII case.
bool matches_role(const policy_text& match, std::string_view role, const policy_target& target);

}  // namespace glimt
