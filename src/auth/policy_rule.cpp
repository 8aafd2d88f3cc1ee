// SPDX-License-Identifier: Apache-2.0
#include "auth/policy_rule.hpp"

#include "proto/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace glimt {
namespace {

constexpr std::size_t depth_max = 64;               // parentheses and nots within each other
constexpr std::size_t text_bytes_max = 256 * 1024;  // of one rule

// The caller as oslo.context shows it to policies: to_policy_values() of 5.0. is_admin is not among
// them, so is_admin:True fails for everybody, as it does in Glance.
constexpr struct {
    std::string_view name;
    policy_credential what;
} credentials[] = {
    {"user_id", &request_context::user_id},
    {"user_domain_id", &request_context::user_domain_id},
    {"project_id", &request_context::project_id},
    {"project_domain_id", &request_context::project_domain_id},
    {"domain_id", &request_context::domain_id},
    {"system_scope", &request_context::system_scope},
    {"roles", &request_context::roles},
    {"is_admin_project", &request_context::is_admin_project},
    {"service_user_id", &request_context::service_user_id},
    {"service_user_domain_id", &request_context::service_user_domain_id},
    {"service_project_id", &request_context::service_project_id},
    {"service_project_domain_id", &request_context::service_project_domain_id},
    {"service_roles", &request_context::service_roles},
};

constexpr std::string_view white = " \t\n\r\f\v";

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

// Reads one rule, recursively along:  or := and { "or" and };  and := not { "and" not };
// not := "not" not | "(" or ")" | check
class rule_reader {
public:
    explicit rule_reader(std::string_view text) : rest_(text) { advance(); }

    parsed_policy_rule read() && {
        read_any();
        if (complaint_.empty() && !word_.empty()) complain("'{}' is not expected here", word_);
        return {std::move(rule_), std::move(complaint_)};
    }

private:
    template <class... Arguments>
    void complain(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        if (complaint_.empty())
            complaint_ = fmt::format(format, std::forward<Arguments>(arguments)...);
        word_ = rest_ = {};
    }

    // Takes the next token. Parentheses are tokens only at the ends of a word: those of %(name)s
    // are never there. Words are lower case where they mean something.
    void advance() {
        word_ = {};
        if (closing_ > 0) {
            --closing_;
            word_ = ")";
            return;
        }
        rest_.remove_prefix(std::min(rest_.find_first_not_of(white), rest_.size()));
        if (rest_.empty()) return;
        if (rest_[0] == '(') {
            word_ = rest_.substr(0, 1);
            rest_.remove_prefix(1);
            return;
        }
        word_ = rest_.substr(0, rest_.find_first_of(white));
        rest_.remove_prefix(word_.size());
        while (word_.ends_with(')')) {
            word_.remove_suffix(1);
            ++closing_;
        }
        if (word_.empty()) advance();
    }

    bool at(std::string_view keyword) const { return equal_ignoring_case(word_, keyword); }

    void read_any() { read_joined("or", policy_node::kind::any_of, &rule_reader::read_all); }
    void read_all() { read_joined("and", policy_node::kind::all_of, &rule_reader::read_not); }

    // The node that joins is put before its first descendant only when there is something to join.
    void read_joined(std::string_view keyword, policy_node::kind type,
                     void (rule_reader::*read_one)()) {
        const auto first = rule_.size();
        (this->*read_one)();
        if (!at(keyword)) return;
        insert(first, type);
        while (at(keyword)) {
            advance();
            (this->*read_one)();
        }
        rule_[first].end = static_cast<std::uint32_t>(rule_.size());
    }

    void insert(std::size_t where, policy_node::kind type) {
        for (auto i = where; i < rule_.size(); ++i) ++rule_[i].end;
        policy_node joining;
        joining.type = type;
        rule_.insert(rule_.begin() + static_cast<std::ptrdiff_t>(where), std::move(joining));
    }

    void read_not() {
        if (depth_ == depth_max) return complain("more than {} levels", depth_max);
        ++depth_;
        if (at("not")) {
            advance();
            const auto here = rule_.size();
            append(policy_node::kind::negation);
            read_not();
            rule_[here].end = static_cast<std::uint32_t>(rule_.size());
        } else if (word_ == "(") {
            advance();
            read_any();
            if (word_ != ")") return complain("a parenthesis is not closed");
            advance();
        } else {
            read_check();
        }
        --depth_;
    }

    policy_node& append(policy_node::kind type) {
        rule_.emplace_back().type = type;
        rule_.back().end = static_cast<std::uint32_t>(rule_.size());
        return rule_.back();
    }

    void read_check() {
        if (word_.empty()) return complain("it ends where a check is expected");
        if (word_ == ")" || at("and") || at("or"))
            return complain("'{}' is not expected here", word_);
        if (is_quoted(word_)) return complain("{} is no check: it is all in quotes", word_);
        if (word_ == "@" || word_ == "!") {
            append(word_ == "@" ? policy_node::kind::always : policy_node::kind::never);
        } else if (const auto colon = word_.find(':'); colon != word_.npos) {
            read_check(word_.substr(0, colon), word_.substr(colon + 1));
        } else {
            return complain("'{}' is no check: it has no ':'", word_);
        }
        advance();
    }

    void read_check(std::string_view kind, std::string_view match) {
        using enum policy_node::kind;
        if (kind == "http" || kind == "https")
            return complain("{}: checks, which ask another server, are not supported yet", kind);
        if (kind == "rule") {
            append(rule).name = match;
            return;
        }
        policy_text text;
        if (!read_text(match, text)) return complain("'{}' holds more than %(name)s", match);
        if (kind == "role") {
            append(role).match = std::move(text);
        } else if (const auto value = literal_of(kind)) {
            auto& node = append(policy_node::kind::literal);
            node.name = *value;
            node.match = std::move(text);
        } else if (is_name(kind)) {
            auto& node = append(credential);
            node.match = std::move(text);
            const auto* known =
                std::ranges::find(credentials, kind, [](auto& c) { return c.name; });
            if (known != std::end(credentials)) node.credential = known->what;
        } else {
            complain("'{}' is neither a name nor a literal", kind);
        }
    }

    std::string_view rest_, word_;  // word_: the token in hand; empty at the end
    std::size_t closing_ = 0;       // parentheses that closed the last word and are still to come
    std::size_t depth_ = 0;
    policy_rule rule_;
    std::string complaint_;
};

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

}  // namespace

parsed_policy_rule parse_policy_rule(std::string_view text) {
    if (text.empty()) {
        policy_node node;
        node.type = policy_node::kind::always;
        node.end = 1;
        return {{std::move(node)}, {}};
    }
    if (text.size() > text_bytes_max) return {{}, "it is too long"};
    return rule_reader(text).read();
}

bool matches(const policy_text& match, std::string_view value, const policy_target& target) {
    return consumes(match, value, target,
                    [](std::string_view a, std::string_view b) { return a == b; });
}

bool matches_role(const policy_text& match, std::string_view role, const policy_target& target) {
    return consumes(match, role, target, equal_ignoring_case);
}

}  // namespace glimt
