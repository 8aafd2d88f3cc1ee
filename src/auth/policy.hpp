// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/policy_defaults.hpp"
#include "auth/policy_rule.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// A rule the operator gives: instead of Glance's, or one more that others name.
struct policy_override {
    std::string name, text;
};

struct policy_options {
    bool enforce_new_defaults = true;      // see policy_default::deprecated
    std::string default_rule = "default";  // stands in for every rule that is named but not there
    std::vector<policy_override> overrides = {};  // the last of a name counts
};

// May they? Every rule of Glance, read once at the start, then only asked: a decision allocates
// nothing and waits for nothing. Thread-safe: never changed.
class policy {
public:
    // With a line in `errors` for every rule that cannot be read or refers to itself; then the
    // result is to be thrown away.
    policy(const policy_options& options, std::vector<std::string>& errors);

    bool allows(action asked, const policy_target& target, const request_context& caller) const;

    // Throws problem(reason::forbidden) with Glance's sentence unless allowed.
    void enforce(action asked, const policy_target& target, const request_context& caller) const;

    // Whether context_is_admin holds for the caller. Glance asks it of the caller as it is before
    // it is known to be an admin.
    bool is_admin(const request_context& caller) const;

    // Whether Glance's check of owners from before its roles is made beside the rules: it is where
    // the old default rules, which allow, are still enough (contract 3.3).
    bool checks_owners() const noexcept { return checks_owners_; }

private:
    std::size_t rule_named(std::string_view name) const;  // no_rule when there is none
    void add(std::string_view name, std::string_view text, std::vector<std::string>& errors);
    void look_up_rules(std::string_view default_rule);
    void find_circles(std::vector<std::string>& errors) const;
    bool holds(const policy_rule& rule, std::size_t at, const policy_target& target,
               const request_context& caller) const;

    std::vector<std::string> names_;  // of rules_: first policy_defaults, in their order
    std::vector<policy_rule> rules_;
    bool checks_owners_;
};

// "You are not authorized to complete get_image action."
[[noreturn]] void refuse(action asked);

}  // namespace glimt
