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

constexpr std::string_view white = " \t\n\r\f\v";

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
        auto& node = append(policy_node::kind::never);
        if (auto why = read_policy_check(word_, node); !why.empty()) return complain("{}", why);
        advance();
    }

    std::string_view rest_, word_;  // word_: the token in hand; empty at the end
    std::size_t closing_ = 0;       // parentheses that closed the last word and are still to come
    std::size_t depth_ = 0;
    policy_rule rule_;
    std::string complaint_;
};

policy_node single(policy_node::kind type) {
    policy_node node;
    node.type = type;
    node.end = 1;
    return node;
}

}  // namespace

parsed_policy_rule parse_policy_rule(std::string_view text) {
    if (text.empty()) return {{single(policy_node::kind::always)}, {}};
    if (text.size() > text_bytes_max) return {{}, "it is too long"};
    return rule_reader(text).read();
}

parsed_policy_rule parse_policy_checks(const policy_check_lists& lists) {
    if (lists.empty()) return {{single(policy_node::kind::always)}, {}};
    parsed_policy_rule out;
    out.rule.push_back(single(policy_node::kind::any_of));
    for (const auto& list : lists) {
        if (list.empty()) continue;
        const auto first = out.rule.size();
        out.rule.push_back(single(policy_node::kind::all_of));
        for (const auto& check : list) {
            auto& node = out.rule.emplace_back();
            node.end = static_cast<std::uint32_t>(out.rule.size());
            out.complaint = read_policy_check(check, node);
            if (!out.complaint.empty()) return out;
        }
        out.rule[first].end = static_cast<std::uint32_t>(out.rule.size());
    }
    out.rule[0].end = static_cast<std::uint32_t>(out.rule.size());
    return out;
}

parsed_policy_rule parse_policy_source(const policy_rule_source& source) {
    if (const auto* text = std::get_if<std::string>(&source)) return parse_policy_rule(*text);
    return parse_policy_checks(std::get<policy_check_lists>(source));
}

}  // namespace glimt
