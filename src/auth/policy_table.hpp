// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/policy_defaults.hpp"
#include "auth/policy_rule.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace glimt {

// A rule the operator gives: instead of Glance's, or one more that others name.
struct policy_override {
    std::string name;
    policy_rule_source rule;
    std::string where = {};  // "file:line", for what is said of it
};

struct policy_options {
    bool enforce_new_defaults = true;  // see policy_default::deprecated
    bool enforce_scope = true;         // see policy_scope
    // Stands in for every rule that is named but not there. Empty: then naming one is an error.
    std::string default_rule = {};
    std::vector<policy_override> overrides = {};  // the last of a name counts
};

// What another server said to a check of this decision.
struct remote_answer {
    const policy_node* check;
    bool yes;
};

// A decision, or what must be asked before there is one.
struct policy_ruling {
    enum class answer : std::uint8_t { no, yes, ask };
    answer so = answer::no;
    const policy_node* check = nullptr;  // to be asked; of the table, as long as it
};

// May they? Every rule of Glance and of the operator, read once, then only asked: a decision
// allocates nothing and waits for nothing. Thread-safe: never changed.
class policy_table : public std::enable_shared_from_this<policy_table> {
public:
    // With a line in `errors` for every rule that cannot be read, refers to itself or to one that
    // is not there; then the result is to be thrown away.
    policy_table(const policy_options& options, std::vector<std::string>& errors);

    // `said`: what servers have said to checks of this same decision.
    policy_ruling decide(action asked, const policy_target& target, const request_context& caller,
                         std::span<const remote_answer> said = {}) const;

    // The same for a rule of any name: which tokens it is for is not asked. One that is not there
    // is the default rule, or says no.
    policy_ruling decide_named(std::string_view rule, const policy_target& target,
                               const request_context& caller,
                               std::span<const remote_answer> said = {}) const;

    // Whether context_is_admin holds for the caller. Glance asks it of the caller as it is before
    // it is known to be an admin.
    bool is_admin(const request_context& caller) const;

    // Whether Glance's check of owners from before its roles is made beside the rules: it is where
    // the old default rules, which allow, are still enough (contract 3.3).
    bool checks_owners() const noexcept { return checks_owners_; }

private:
    struct question;

    std::size_t rule_named(std::string_view name) const;  // no_rule when there is none
    void add(std::string_view name, const policy_rule_source& rule, std::string_view where,
             std::vector<std::string>& errors);
    void look_up_rules(bool all_must_be_there, std::vector<std::string>& errors);
    void find_circles(std::vector<std::string>& errors) const;
    void bound_checks(std::vector<std::string>& errors) const;
    void refuse_remote_admins(std::vector<std::string>& errors) const;
    std::string in_words(std::size_t rule) const;
    policy_ruling evaluate(const policy_rule& rule, std::size_t at, const question& asked) const;
    policy_ruling evaluate_children(const policy_rule& rule, std::size_t at, const question& asked,
                                    policy_ruling::answer decisive) const;

    struct name_hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    std::unordered_map<std::string, std::size_t, name_hash, std::equal_to<>> index_of_;
    std::vector<std::string> names_, places_;  // of rules_: first policy_defaults, in their order
    std::vector<policy_rule> rules_;
    std::size_t fallback_;  // the default rule; no_rule: there is none
    bool checks_owners_, enforces_scope_;
};

}  // namespace glimt
