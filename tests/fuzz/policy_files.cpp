// SPDX-License-Identifier: Apache-2.0
// Any bytes as an operator's file of rules, YAML or JSON: it is refused with its name, or every
// rule of the table that it makes is decided.
#include "auth/policy_document.hpp"
#include "auth/policy_table.hpp"
#include "require.hpp"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

using glimt::testing::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace glimt;
    auto document = read_policy_document({reinterpret_cast<const char*>(data), size}, "file");
    for (const auto& error : document.errors) require(error.starts_with("file:"));
    for (const auto& each : document.rules) require(each.where.starts_with("file:"));
    if (!document.errors.empty()) return 0;
    policy_options options;
    options.overrides = std::move(document.rules);
    std::vector<std::string> errors;
    const policy_table rules(options, errors);
    for (const auto& error : errors) require(!error.empty());
    if (!errors.empty()) return 0;
    request_context caller;
    caller.project_id = "p";
    caller.roles = {"member"};
    const target_attribute attributes[] = {{"project_id", "p"}, {"owner", "o"}};
    const attribute_target target(attributes);
    rules.is_admin(caller);
    for (const auto& each : policy_defaults) rules.decide_named(each.name, target, caller);
    for (const auto& each : options.overrides) rules.decide_named(each.name, target, caller);
    return 0;
}
