// SPDX-License-Identifier: Apache-2.0
#include "auth/policy_document.hpp"

#include "auth/yaml.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace glimt {
namespace {

using kind = yaml_value::kind;

class document_reader {
public:
    explicit document_reader(std::string_view path) : path_(path) {}

    policy_document read(std::string_view text) && {
        const auto file = read_yaml(text);
        if (!file.error.empty()) {
            fail(file.line, file.error);
        } else if (file.root.type == kind::map) {
            const auto& items = file.root.items;
            for (std::size_t i = 0; i + 1 < items.size(); i += 2) take(items[i], items[i + 1]);
        } else if (file.root.type != kind::nothing) {
            fail(file.root.line, "expected 'name: rule'");
        }
        return std::move(out_);
    }

private:
    void fail(unsigned line, std::string_view what) {
        out_.errors.push_back(fmt::format("{}:{}: {}", path_, line, what));
    }

    void take(const yaml_value& name, const yaml_value& value) {
        if (name.type != kind::text)
            return fail(name.line, "the name of a rule must be a text; put it in quotes");
        auto rule = source_of(name.text, value);
        if (!rule) return;
        out_.rules.push_back({name.text, std::move(*rule), fmt::format("{}:{}", path_, name.line)});
    }

    std::optional<policy_rule_source> source_of(const std::string& name, const yaml_value& value) {
        switch (value.type) {
            case kind::nothing: return std::string();
            case kind::text: return value.text;
            case kind::list: return lists_of(name, value);
            case kind::map:
            case kind::other: break;
        }
        fail(value.line, fmt::format("policy rule {}: it is neither a text nor a list", name));
        return std::nullopt;
    }

    // A text among the lists is a list of that check alone.
    std::optional<policy_rule_source> lists_of(const std::string& name, const yaml_value& value) {
        policy_check_lists lists;
        const auto add = [&](const yaml_value& check) {
            if (check.type == kind::text) lists.back().push_back(check.text);
            return check.type == kind::text;
        };
        for (const auto& each : value.items) {
            lists.emplace_back();
            bool good = each.type == kind::nothing || each.type == kind::list;
            if (each.type == kind::text) good = each.text.empty() || add(each);
            for (const auto& check : each.items) good = good && add(check);
            if (good) continue;
            fail(each.line,
                 fmt::format("policy rule {}: expected a check, or a list of checks", name));
            return std::nullopt;
        }
        return lists;
    }

    std::string_view path_;
    policy_document out_;
};

}  // namespace

policy_document read_policy_document(std::string_view text, std::string_view path) {
    return document_reader(path).read(text);
}

}  // namespace glimt
