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

// A text of the caller that is not there when it is empty.
struct credential_if_given {
    std::optional<std::string> request_context::* text;
};

// What of the caller a check looks at. A list matches when one of its items does.
using policy_credential =
    std::variant<std::monostate, std::optional<std::string> request_context::*,
                 std::vector<std::string> request_context::*, bool request_context::*,
                 credential_if_given>;

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
        remote,      // http:text, https:text: another server decides
    };

    kind type = kind::never;
    std::uint32_t end = 0;         // index behind its last descendant; the first is the next node
    std::string name;              // of the rule, or the literal
    std::size_t rule = no_rule;    // the rule of that name, once policy has looked it up
    policy_text match;             // role, literal, credential; of remote the whole URL
    policy_credential credential;  // monostate: the caller has no such thing, the check fails

    static constexpr std::size_t no_rule = static_cast<std::size_t>(-1);
};

// Reads a single check into `node`, all but its `end`. Returns why it is none, or nothing.
std::string read_policy_check(std::string_view text, policy_node& node);

// Whether the check holds: one of role, literal and credential. False when the target lacks an
// attribute that it names.
bool holds(const policy_node& check, const policy_target& target, const request_context& caller);

}  // namespace glimt
