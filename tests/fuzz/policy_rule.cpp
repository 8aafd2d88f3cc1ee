// SPDX-License-Identifier: Apache-2.0
// Any text as one rule of a policy: one that is read is decided, for whomever, and the words around
// a rule mean what they say.
#include "auth/policy_table.hpp"
#include "require.hpp"

#include <cstdint>
#include <optional>
#include <string>

using glimt::testing::require;

namespace {

using namespace glimt;
using answer = policy_ruling::answer;

// Nothing when it is not taken.
std::optional<policy_table> table_of(std::string rule) {
    policy_options options;
    options.default_rule = "default";
    options.overrides = {{"get_image", std::move(rule)}};
    std::vector<std::string> errors;
    policy_table made(options, errors);
    if (!errors.empty()) return std::nullopt;
    return made;
}

answer decide(const policy_table& rules, const request_context& caller) {
    static const target_attribute attributes[] = {
        {"project_id", "p"}, {"owner", std::nullopt}, {"visibility", "public"}};
    return rules.decide("get_image", attribute_target(attributes), caller).so;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto parsed = parse_policy_rule(text);
    if (!parsed.complaint.empty()) return 0;
    require(!parsed.rule.empty() && parsed.rule.front().end == parsed.rule.size());
    const auto rules = table_of(text);
    const auto same = table_of(text.empty() ? "" : "( " + text + " )");
    const auto opposite = table_of(text.empty() ? "!" : "not ( " + text + " )");
    if (!rules || !same || !opposite) return 0;
    request_context nobody, member;
    member.user_id = "u";
    member.project_id = "p";
    member.roles = {"member", "reader"};
    for (const auto& caller : {nobody, member}) {
        const auto said = decide(*rules, caller);
        require(decide(*same, caller) == said);
        if (said == answer::ask) continue;
        require(decide(*opposite, caller) == (said == answer::yes ? answer::no : answer::yes));
    }
    return 0;
}
