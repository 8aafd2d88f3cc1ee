// SPDX-License-Identifier: Apache-2.0
#include "auth/policy_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <utility>

namespace glimt {
namespace {

using answer = policy_ruling::answer;

constexpr int levels_max = 64;              // of rules that name rules
constexpr std::size_t checks_max = 10'000;  // of one decision

// Both rules, of which one is enough: "(first) or (second)".
std::string either(std::string_view first, std::string_view second) {
    const auto whole = [](std::string_view text) { return text.empty() ? "@" : text; };
    return fmt::format("({}) or ({})", whole(first), whole(second));
}

policy_ruling opposite(policy_ruling of) {
    if (of.so != answer::ask) of.so = of.so == answer::yes ? answer::no : answer::yes;
    return of;
}

policy_ruling ruling_of(bool yes) { return {yes ? answer::yes : answer::no}; }

}  // namespace

// One decision under way.
struct policy_table::question {
    const policy_target& target;
    const request_context& caller;
    std::span<const remote_answer> said;

    policy_ruling answer_to(const policy_node& remote) const {
        const auto found = std::ranges::find(said, &remote, &remote_answer::check);
        if (found == said.end()) return {answer::ask, &remote};
        return ruling_of(found->yes);
    }
};

policy_table::policy_table(const policy_options& options, std::vector<std::string>& errors)
    : fallback_(policy_node::no_rule),
      checks_owners_(!options.enforce_new_defaults),
      enforces_scope_(options.enforce_scope) {
    for (const auto& each : policy_defaults) {
        const bool both = !options.enforce_new_defaults && each.deprecated != "-";
        add(each.name, both ? either(each.rule, each.deprecated) : std::string(each.rule), {},
            errors);
    }
    for (const auto& each : options.overrides) add(each.name, each.rule, each.where, errors);
    fallback_ = rule_named(options.default_rule);
    look_up_rules(options.default_rule.empty(), errors);
    find_circles(errors);
    if (errors.empty()) bound_checks(errors);
    if (errors.empty()) refuse_remote_admins(errors);
}

std::size_t policy_table::rule_named(std::string_view name) const {
    const auto found = index_of_.find(name);
    return found == index_of_.end() ? policy_node::no_rule : found->second;
}

void policy_table::add(std::string_view name, const policy_rule_source& rule,
                       std::string_view where, std::vector<std::string>& errors) {
    const auto [place, is_new] = index_of_.try_emplace(std::string(name), rules_.size());
    const auto at = place->second;
    if (is_new) {
        names_.emplace_back(name);
        places_.emplace_back();
        rules_.push_back(parse_policy_rule("!").rule);
    }
    places_[at] = where;
    auto parsed = parse_policy_source(rule);
    if (parsed.complaint.empty()) {
        rules_[at] = std::move(parsed.rule);
    } else {
        errors.push_back(fmt::format("{}: {}", in_words(at), parsed.complaint));
    }
}

std::string policy_table::in_words(std::size_t rule) const {
    const auto& where = places_[rule];
    return fmt::format("{}{}policy rule {}", where, where.empty() ? "" : ": ", names_[rule]);
}

void policy_table::look_up_rules(bool all_must_be_there, std::vector<std::string>& errors) {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        for (auto& node : rules_[i]) {
            if (node.type != policy_node::kind::rule) continue;
            node.rule = rule_named(node.name);
            if (node.rule != policy_node::no_rule) continue;
            node.rule = fallback_;
            if (all_must_be_there)
                errors.push_back(fmt::format("{}: there is no rule {}", in_words(i), node.name));
        }
    }
}

// Takes away, level by level, the rules that name none of those left; a circle is what stays.
void policy_table::find_circles(std::vector<std::string>& errors) const {
    std::vector<std::size_t> left(rules_.size());
    std::iota(left.begin(), left.end(), std::size_t{0});
    std::vector<bool> waits(rules_.size(), true);
    const auto names_one_left = [&](std::size_t rule) {
        return std::ranges::any_of(rules_[rule], [&](const policy_node& node) {
            return node.type == policy_node::kind::rule && node.rule != policy_node::no_rule &&
                   waits[node.rule];
        });
    };
    bool found = true;
    for (int level = 0; level < levels_max && found; ++level) {
        const auto before = std::exchange(left, {});
        std::ranges::copy_if(before, std::back_inserter(left), names_one_left);
        found = left.size() < before.size();
        waits.assign(rules_.size(), false);
        for (const auto rule : left) waits[rule] = true;
    }
    for (const auto rule : left)
        errors.push_back(
            fmt::format("{}: it refers to {}", in_words(rule),
                        found ? "others that refer to others, too often in a row" : "itself"));
}

// Rules that name the next one twice, level by level, are few and take a decision for ever. Only
// without circles.
void policy_table::bound_checks(std::vector<std::string>& errors) const {
    std::vector<std::size_t> known(rules_.size());  // 0: not counted yet
    const auto count = [&](const auto& self, std::size_t rule) -> std::size_t {
        if (known[rule] > 0) return known[rule];
        std::size_t checks = 0;
        for (const auto& node : rules_[rule]) {
            const bool leads =
                node.type == policy_node::kind::rule && node.rule != policy_node::no_rule;
            checks = std::min(checks + (leads ? self(self, node.rule) : 1), checks_max + 1);
        }
        return known[rule] = checks;
    };
    for (std::size_t rule = 0; rule < rules_.size(); ++rule)
        if (count(count, rule) > checks_max)
            errors.push_back(fmt::format("{}: it takes more than {} checks to decide",
                                         in_words(rule), checks_max));
}

// Who is an admin is asked before anything can be awaited. Only without circles.
void policy_table::refuse_remote_admins(std::vector<std::string>& errors) const {
    const auto asks = [this](const auto& self, std::size_t rule) -> bool {
        return std::ranges::any_of(rules_[rule], [&](const policy_node& node) {
            if (node.type == policy_node::kind::remote) return true;
            return node.type == policy_node::kind::rule && node.rule != policy_node::no_rule &&
                   self(self, node.rule);
        });
    };
    const auto admin = action("context_is_admin").index();
    if (asks(asks, admin))
        errors.push_back(
            fmt::format("{}: http: and https: checks are not for this rule", in_words(admin)));
}

policy_ruling policy_table::decide(action asked, const policy_target& target,
                                   const request_context& caller,
                                   std::span<const remote_answer> said) const {
    const auto given = [](const std::optional<std::string>& text) {
        return text && !text->empty();
    };
    if (enforces_scope_ && policy_defaults[asked.index()].scope == policy_scope::project &&
        (given(caller.system_scope) || given(caller.domain_id)))
        return {};
    return evaluate(rules_[asked.index()], 0, {target, caller, said});
}

policy_ruling policy_table::decide_named(std::string_view rule, const policy_target& target,
                                         const request_context& caller,
                                         std::span<const remote_answer> said) const {
    auto at = rule_named(rule);
    if (at == policy_node::no_rule) at = fallback_;
    if (at == policy_node::no_rule) return {};
    return evaluate(rules_[at], 0, {target, caller, said});
}

// Recursion ends: find_circles() saw to it, and nothing is nested deeper than the parser allows.
policy_ruling policy_table::evaluate(const policy_rule& rule, std::size_t at,
                                     const question& asked) const {
    const auto& node = rule[at];
    switch (node.type) {
        case policy_node::kind::always: return {answer::yes};
        case policy_node::kind::never: return {answer::no};
        case policy_node::kind::all_of: return evaluate_children(rule, at, asked, answer::no);
        case policy_node::kind::any_of: return evaluate_children(rule, at, asked, answer::yes);
        case policy_node::kind::negation: return opposite(evaluate(rule, at + 1, asked));
        case policy_node::kind::rule:
            if (node.rule == policy_node::no_rule) return {};
            return evaluate(rules_[node.rule], 0, asked);
        case policy_node::kind::remote: return asked.answer_to(node);
        case policy_node::kind::role:
        case policy_node::kind::literal:
        case policy_node::kind::credential:
            return ruling_of(holds(node, asked.target, asked.caller));
    }
    return {};
}

// The first child that says so decides; nobody is asked about what does not matter.
policy_ruling policy_table::evaluate_children(const policy_rule& rule, std::size_t at,
                                              const question& asked, answer decisive) const {
    for (auto i = at + 1; i < rule[at].end; i = rule[i].end) {
        const auto one = evaluate(rule, i, asked);
        if (one.so == decisive || one.so == answer::ask) return one;
    }
    return ruling_of(decisive == answer::no);
}

bool policy_table::is_admin(const request_context& caller) const {
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
    const auto ruling = decide("context_is_admin", attribute_target(attributes), caller);
    return ruling.so == answer::yes;
}

}  // namespace glimt
