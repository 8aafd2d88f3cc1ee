// SPDX-License-Identifier: Apache-2.0
#include "auth/policy.hpp"

#include "core/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>

namespace glimt {
namespace {

// What the caller has to offer to a check of the form name:text.
bool has_credential(const policy_node& check, const policy_target& target,
                    const request_context& caller) {
    struct comparison {
        const policy_node& check;
        const policy_target& target;
        const request_context& caller;

        bool operator()(std::monostate) const { return false; }
        bool operator()(std::optional<std::string> request_context::* text) const {
            const auto& value = caller.*text;
            return matches(check.match, value ? std::string_view(*value) : "None", target);
        }
        bool operator()(std::vector<std::string> request_context::* list) const {
            return std::ranges::any_of(caller.*list, [&](const std::string& item) {
                return matches(check.match, item, target);
            });
        }
        bool operator()(bool request_context::* flag) const {
            return matches(check.match, caller.*flag ? "True" : "False", target);
        }
    };
    return std::visit(comparison{check, target, caller}, check.credential);
}

// Both rules, of which one is enough: "(first) or (second)".
std::string either(std::string_view first, std::string_view second) {
    const auto whole = [](std::string_view text) { return text.empty() ? "@" : text; };
    return fmt::format("({}) or ({})", whole(first), whole(second));
}

}  // namespace

policy::policy(const policy_options& options, std::vector<std::string>& errors)
    : checks_owners_(!options.enforce_new_defaults) {
    for (const auto& each : policy_defaults) {
        const bool both = !options.enforce_new_defaults && each.deprecated != "-";
        add(each.name, both ? either(each.rule, each.deprecated) : each.rule, errors);
    }
    for (const auto& each : options.overrides) add(each.name, each.text, errors);
    look_up_rules(options.default_rule);
    find_circles(errors);
}

std::size_t policy::rule_named(std::string_view name) const {
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end()) return policy_node::no_rule;
    return static_cast<std::size_t>(found - names_.begin());
}

void policy::add(std::string_view name, std::string_view text, std::vector<std::string>& errors) {
    auto parsed = parse_policy_rule(text);
    if (!parsed.complaint.empty()) {
        errors.push_back(fmt::format("policy rule {}: {}", name, parsed.complaint));
        return;
    }
    if (const auto known = rule_named(name); known != policy_node::no_rule) {
        rules_[known] = std::move(parsed.rule);
    } else {
        names_.emplace_back(name);
        rules_.push_back(std::move(parsed.rule));
    }
}

void policy::look_up_rules(std::string_view default_rule) {
    const auto fallback = rule_named(default_rule);
    for (auto& rule : rules_) {
        for (auto& node : rule) {
            if (node.type != policy_node::kind::rule) continue;
            node.rule = rule_named(node.name);
            if (node.rule == policy_node::no_rule) node.rule = fallback;
        }
    }
}

// Takes away, again and again, the rules that name none of those left; a circle is what stays.
void policy::find_circles(std::vector<std::string>& errors) const {
    std::vector<bool> done(rules_.size(), false);
    const auto waits = [&](const policy_node& node) {
        return node.type == policy_node::kind::rule && node.rule != policy_node::no_rule &&
               !done[node.rule];
    };
    for (bool found = true; found;) {
        found = false;
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            if (done[i] || std::ranges::any_of(rules_[i], waits)) continue;
            done[i] = found = true;
        }
    }
    for (std::size_t i = 0; i < rules_.size(); ++i)
        if (!done[i])
            errors.push_back(fmt::format("policy rule {}: it refers to itself", names_[i]));
}

bool policy::allows(action asked, const policy_target& target,
                    const request_context& caller) const {
    const auto given = [](const std::optional<std::string>& text) {
        return text && !text->empty();
    };
    if (policy_defaults[asked.index()].scope == policy_scope::project &&
        (given(caller.system_scope) || given(caller.domain_id)))
        return false;
    return holds(rules_[asked.index()], 0, target, caller);
}

// Recursion ends: find_circles() saw to it, and nothing is nested deeper than the parser allows.
bool policy::holds(const policy_rule& rule, std::size_t at, const policy_target& target,
                   const request_context& caller) const {
    const auto& node = rule[at];
    switch (node.type) {
        case policy_node::kind::always: return true;
        case policy_node::kind::never: return false;
        case policy_node::kind::all_of:
            for (auto i = at + 1; i < node.end; i = rule[i].end)
                if (!holds(rule, i, target, caller)) return false;
            return true;
        case policy_node::kind::any_of:
            for (auto i = at + 1; i < node.end; i = rule[i].end)
                if (holds(rule, i, target, caller)) return true;
            return false;
        case policy_node::kind::negation: return !holds(rule, at + 1, target, caller);
        case policy_node::kind::rule:
            return node.rule != policy_node::no_rule && holds(rules_[node.rule], 0, target, caller);
        case policy_node::kind::role:
            return std::ranges::any_of(caller.roles, [&](const std::string& role) {
                return matches_role(node.match, role, target);
            });
        case policy_node::kind::literal: return matches(node.match, node.name, target);
        case policy_node::kind::credential: return has_credential(node, target, caller);
    }
    return false;
}

void policy::enforce(action asked, const policy_target& target,
                     const request_context& caller) const {
    if (!allows(asked, target, caller)) refuse(asked);
}

bool policy::is_admin(const request_context& caller) const {
    const std::array<target_attribute, 9> attributes = {{
        {"user", caller.user_id},
        {"project_id", caller.project_id},
        {"project", caller.project_id},
        {"system_scope", caller.system_scope},
        {"domain", caller.domain_id},
        {"user_domain", caller.user_domain_id},
        {"project_domain", caller.project_domain_id},
        {"is_admin", "False"},
        {"is_admin_project", caller.is_admin_project ? "True" : "False"},
    }};
    return allows("context_is_admin", attribute_target(attributes), caller);
}

void refuse(action asked) {
    throw problem(reason::forbidden,
                  fmt::format("You are not authorized to complete {} action.", asked.name()));
}

}  // namespace glimt
