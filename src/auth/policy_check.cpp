// SPDX-License-Identifier: Apache-2.0
#include "auth/policy_check.hpp"

#include "proto/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace glimt {
namespace {

// The caller as oslo.policy shows it to rules: to_policy_values() of oslo.context 5.0, and its own
// `system`. is_admin is not among them, so is_admin:True fails for everybody, as it does in Glance.
const struct {
    std::string_view name;
    policy_credential what;
} credentials[] = {
    {"user_id", &request_context::user_id},
    {"user_domain_id", &request_context::user_domain_id},
    {"project_id", &request_context::project_id},
    {"project_domain_id", &request_context::project_domain_id},
    {"domain_id", &request_context::domain_id},
    {"system_scope", &request_context::system_scope},
    {"system", credential_if_given{&request_context::system_scope}},
    {"roles", &request_context::roles},
    {"is_admin_project", &request_context::is_admin_project},
    {"service_user_id", &request_context::service_user_id},
    {"service_user_domain_id", &request_context::service_user_domain_id},
    {"service_project_id", &request_context::service_project_id},
    {"service_project_domain_id", &request_context::service_project_domain_id},
    {"service_roles", &request_context::service_roles},
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_whole_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    if (text.empty() || (text[0] == '0' && text.size() > 1)) return false;
    return std::ranges::all_of(text, is_digit);
}

bool is_quoted(std::string_view word) {
    return word.size() >= 2 && (word[0] == '\'' || word[0] == '"') && word.back() == word[0];
}

// Nothing when `kind` is no literal, else what str() makes of it.
std::optional<std::string_view> literal_of(std::string_view kind) {
    if (kind == "True" || kind == "False" || kind == "None" || is_whole_number(kind)) return kind;
    if (!is_quoted(kind)) return std::nullopt;
    const char special[] = {kind[0], '\\', '\0'};
    if (kind.find_first_of(special, 1) != kind.size() - 1) return std::nullopt;
    return kind.substr(1, kind.size() - 2);
}

bool is_name(std::string_view kind) {
    return !kind.empty() && is_letter(kind[0]) && std::ranges::all_of(kind, [](char c) {
        return is_letter(c) || is_digit(c) || c == '.' || c == '-';
    });
}

// Text and %(name)s in turn; %% is one '%'. Returns whether there is nothing else.
bool read_text(std::string_view text, policy_text& into) {
    std::string plain;
    while (!text.empty()) {
        const auto sign = std::min(text.find('%'), text.size());
        plain.append(text.substr(0, sign));
        text.remove_prefix(sign);
        if (text.empty()) break;
        if (text.starts_with("%%")) {
            plain += '%';
            text.remove_prefix(2);
            continue;
        }
        const auto close = text.find(")s");
        if (!text.starts_with("%(") || close == text.npos) return false;
        const auto name = text.substr(2, close - 2);
        if (name.find_first_of("()%") != name.npos) return false;
        if (!plain.empty()) into.parts.push_back({std::exchange(plain, {}), false});
        into.parts.push_back({std::string(name), true});
        text.remove_prefix(close + 2);
    }
    if (!plain.empty()) into.parts.push_back({std::move(plain), false});
    return true;
}

// Takes each part of `match` from the front of `value`, for which `equal` compares.
template <class Equal>
bool consumes(const policy_text& match, std::string_view value, const policy_target& target,
              Equal equal) {
    std::string scratch;
    for (const auto& part : match.parts) {
        std::string_view expected = part.text;
        if (part.attribute) {
            const auto found = target.find(part.text, scratch);
            if (!found) return false;
            expected = *found;
        }
        if (value.size() < expected.size() || !equal(value.substr(0, expected.size()), expected))
            return false;
        value.remove_prefix(expected.size());
    }
    return value.empty();
}

bool matches(const policy_text& match, std::string_view value, const policy_target& target) {
    return consumes(match, value, target,
                    [](std::string_view a, std::string_view b) { return a == b; });
}

// Without regard to ASCII case.
bool matches_role(const policy_text& match, std::string_view role, const policy_target& target) {
    return consumes(match, role, target, equal_ignoring_case);
}

// What the caller has to offer to a check of the form name:text.
struct credential_comparison {
    const policy_text& match;
    const policy_target& target;
    const request_context& caller;

    bool operator()(std::monostate) const { return false; }
    bool operator()(std::optional<std::string> request_context::* text) const {
        const auto& value = caller.*text;
        return matches(match, value ? std::string_view(*value) : "None", target);
    }
    bool operator()(credential_if_given given) const {
        const auto& value = caller.*given.text;
        return value && !value->empty() && matches(match, *value, target);
    }
    bool operator()(std::vector<std::string> request_context::* list) const {
        return std::ranges::any_of(
            caller.*list, [&](const std::string& item) { return matches(match, item, target); });
    }
    bool operator()(bool request_context::* flag) const {
        return matches(match, caller.*flag ? "True" : "False", target);
    }
};

std::string read_pair(std::string_view kind, std::string_view match, policy_node& node) {
    using enum policy_node::kind;
    if (kind == "rule") {
        node.type = rule;
        node.name = match;
        return {};
    }
    if (kind == "http" || kind == "https") {
        node.type = remote;
        const bool is_read =
            match.starts_with("//") && read_text(fmt::format("{}:{}", kind, match), node.match);
        return is_read ? std::string() : fmt::format("'{}:{}' is no URL", kind, match);
    }
    if (!read_text(match, node.match)) return fmt::format("'{}' holds more than %(name)s", match);
    if (kind == "role") {
        node.type = role;
    } else if (const auto value = literal_of(kind)) {
        node.type = literal;
        node.name = *value;
    } else if (is_name(kind)) {
        node.type = credential;
        const auto* known = std::ranges::find(credentials, kind, [](auto& c) { return c.name; });
        if (known != std::end(credentials)) node.credential = known->what;
    } else {
        return fmt::format("'{}' is neither a name nor a literal", kind);
    }
    return {};
}

}  // namespace

std::string read_policy_check(std::string_view text, policy_node& node) {
    if (text == "@" || text == "!") {
        node.type = text == "@" ? policy_node::kind::always : policy_node::kind::never;
        return {};
    }
    if (is_quoted(text)) return fmt::format("{} is no check: it is all in quotes", text);
    const auto colon = text.find(':');
    if (colon == text.npos) return fmt::format("'{}' is no check: it has no ':'", text);
    return read_pair(text.substr(0, colon), text.substr(colon + 1), node);
}

bool holds(const policy_node& check, const policy_target& target, const request_context& caller) {
    switch (check.type) {
        case policy_node::kind::role:
            return std::ranges::any_of(caller.roles, [&](const std::string& role) {
                return matches_role(check.match, role, target);
            });
        case policy_node::kind::literal: return matches(check.match, check.name, target);
        case policy_node::kind::credential:
            return std::visit(credential_comparison{check.match, target, caller}, check.credential);
        default: return false;
    }
}

}  // namespace glimt
