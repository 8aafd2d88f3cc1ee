// SPDX-License-Identifier: Apache-2.0
// Prints what glimt's policy decides, for oslo_policy_test.py to compare with oslo.policy.
//
//   decide_policy CASE...
//
// CASE: a file with a JSON object: folder, where the files of rules are, new_defaults, scope,
// default_rule, callers and targets ({name: text, list, boolean or null}), and rules to ask. One
// line per case: {"refused": [errors]} or {"cells": "01..."}: rule by rule, caller by caller,
// target by target.
#include "auth/policy_files.hpp"
#include "support/callers.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

using namespace glimt;
namespace json = boost::json;

std::string whole_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

request_context caller_of(const json::object& fields) {
    request_context caller;
    for (const auto& [name, value] : fields) {
        if (name == "roles" || name == "service_roles") {
            auto& roles = name == "roles" ? caller.roles : caller.service_roles;
            for (const auto& each : value.as_array()) roles.emplace_back(each.as_string());
        } else if (name == "is_admin_project") {
            caller.is_admin_project = value.as_bool();
        } else {
            testing::text_called(name, caller) = std::string(value.as_string());
        }
    }
    return caller;
}

class json_target final : public policy_target {
public:
    explicit json_target(const json::object& fields) : fields_(fields) {}

    std::optional<std::string_view> find(std::string_view name,
                                         std::string& scratch) const override {
        const auto* value = fields_.if_contains(name);
        if (!value) return std::nullopt;
        if (value->is_null()) return "None";
        if (value->is_bool()) return value->as_bool() ? "True" : "False";
        if (value->is_string()) return value->as_string();
        scratch = json::serialize(*value);
        return scratch;
    }
    json::object to_json() const override { return fields_; }

private:
    const json::object& fields_;
};

policy_ruling decide(const policy_table& table, std::string_view rule, const policy_target& target,
                     const request_context& caller) {
    const auto known = std::ranges::find(policy_defaults, rule, &policy_default::name);
    if (known == policy_defaults.end()) return table.decide_named(rule, target, caller);
    const auto index = static_cast<std::size_t>(known - policy_defaults.begin());
    return table.decide(action::at(index), target, caller);
}

json::object answer_to(const json::object& asked) {
    settings options;
    options.config_folders = {std::string(asked.at("folder").as_string())};
    options.enforce_new_defaults = asked.at("new_defaults").as_bool();
    options.enforce_scope = asked.at("scope").as_bool();
    options.policy_default_rule = asked.at("default_rule").as_string();
    const policy_files files(options);
    std::vector<std::string> errors;
    const policy_table table(files.read(files.look(), errors), errors);
    if (!errors.empty()) return {{"refused", json::value_from(errors)}};
    std::string cells;
    for (const auto& rule : asked.at("rules").as_array()) {
        for (const auto& caller : asked.at("callers").as_array()) {
            const auto who = caller_of(caller.as_object());
            for (const auto& target : asked.at("targets").as_array()) {
                const auto ruling =
                    decide(table, rule.as_string(), json_target(target.as_object()), who);
                cells += ruling.so == policy_ruling::answer::yes ? '1' : '0';
            }
        }
    }
    return {{"cells", cells}};
}

}  // namespace

int main(int count, char** paths) {
    for (int i = 1; i < count; ++i)
        std::cout << answer_to(json::parse(whole_file(paths[i])).as_object()) << '\n';
}
