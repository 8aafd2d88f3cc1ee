// SPDX-License-Identifier: Apache-2.0
#include "auth/policy.hpp"

#include "core/problem.hpp"
#include "unit/auth/asking.hpp"
#include "unit/auth/golden.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace glimt {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::now;

std::string unescaped(std::string text) {
    const std::pair<std::string_view, std::string_view> escapes[] = {
        {"\\t", "\t"}, {"\\n", "\n"}, {"\\r", "\r"}};
    for (const auto& [escaped, plain] : escapes)
        for (auto at = text.find(escaped); at != text.npos; at = text.find(escaped))
            text.replace(at, escaped.size(), plain);
    return text;
}

bool allows(const policy_table& rules, action asked, const policy_target& target,
            const request_context& caller) {
    return rules.decide(asked, target, caller).so == policy_ruling::answer::yes;
}

// What record_policy.py wrote: what oslo.policy decides.
struct golden {
    struct target {
        std::string name;
        std::vector<std::pair<std::string, std::optional<std::string>>> fields;
        std::vector<target_attribute> attributes = {};  // views of the fields
    };
    std::vector<std::pair<std::string, request_context>> callers;
    std::deque<target> targets;
    std::vector<std::vector<std::string>> rest;

    golden() {
        for (auto& line : lines_of("policy_golden.txt")) {
            const auto fields = std::span(line).subspan(2 <= line.size() ? 2 : line.size());
            if (line[0] == "caller") {
                callers.emplace_back(line[1], caller_of(fields));
            } else if (line[0] == "target") {
                auto& made = targets.emplace_back(target{line[1], {}});
                for (const auto& field : fields) made.fields.push_back(field_of(field));
                for (const auto& [name, value] : made.fields)
                    made.attributes.push_back({name, value});
            } else {
                rest.push_back(std::move(line));
            }
        }
    }

    // Our decisions in the order of the file's cells, and where they differ in words.
    void compare(const policy_table& rules, action asked, const std::string& cells) const {
        ASSERT_EQ(cells.size(), callers.size() * targets.size());
        std::size_t cell = 0;
        for (const auto& [name, caller] : callers) {
            for (const auto& target : targets) {
                const bool allowed =
                    allows(rules, asked, attribute_target(target.attributes), caller);
                EXPECT_EQ(allowed, cells[cell++] == '1') << name << " on " << target.name;
            }
        }
    }
};

policy_table rules_of(const policy_options& options = {}) {
    std::vector<std::string> errors;
    policy_table rules(options, errors);
    EXPECT_THAT(errors, IsEmpty());
    return rules;
}

std::vector<std::string> errors_of(std::vector<policy_override> overrides) {
    std::vector<std::string> errors;
    policy_options options;
    options.overrides = std::move(overrides);
    const policy_table rules(options, errors);
    return errors;
}

// Any rule of a project's scope would do where the text is given by the test.
constexpr action tried = "metadef_default";

TEST(policy, the_recorded_rules_are_the_table) {
    const auto lines = lines_of("policy_rules.txt");
    ASSERT_EQ(lines.size(), policy_defaults.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& ours = policy_defaults[i];
        const auto scope = ours.scope == policy_scope::any ? "any" : "project";
        EXPECT_THAT(lines[i], ElementsAre(ours.name, scope, ours.rule, ours.deprecated));
    }
}

TEST(policy, decides_every_rule_as_oslo_policy_does) {
    const golden recorded;
    const auto with_new = rules_of(), with_old = rules_of({.enforce_new_defaults = false});
    std::size_t rules = 0;
    for (const auto& line : recorded.rest) {
        if (line[0] != "new" && line[0] != "old") continue;
        SCOPED_TRACE(line[0] + " " + line[1]);
        const auto found = std::ranges::find(policy_defaults, line[1], &policy_default::name);
        ASSERT_NE(found, policy_defaults.end());
        const auto asked = action::at(static_cast<std::size_t>(found - policy_defaults.begin()));
        recorded.compare(line[0] == "new" ? with_new : with_old, asked, line[2]);
        ++rules;
    }
    EXPECT_EQ(rules, 2 * policy_defaults.size());
}

TEST(policy, decides_any_rule_as_oslo_policy_does) {
    const golden recorded;
    std::size_t texts = 0;
    for (const auto& line : recorded.rest) {
        if (line[0] != "text") continue;
        SCOPED_TRACE(line[1]);
        policy_options options;
        options.overrides = {{std::string(tried.name()), unescaped(line[1])}};
        options.default_rule = "default";  // as it is in Glance
        recorded.compare(rules_of(options), tried, line[2]);
        ++texts;
    }
    EXPECT_GT(texts, 50u);
}

TEST(policy, refuses_at_the_start_what_oslo_policy_cannot_decide) {
    std::vector<std::string> broken = {"http:x", "https://x/%(id)d", "project_id:%s"};
    for (const auto& line : golden().rest)
        if (line[0] == "broken") broken.push_back(unescaped(line[1]));
    for (const auto& text : broken) EXPECT_EQ(errors_of({{"get_image", text}}).size(), 1u) << text;
    EXPECT_GT(broken.size(), 30u);
}

TEST(policy, says_what_is_wrong_with_a_rule) {
    const struct {
        const char* text;
        const char* complaint;
    } cases[] = {
        {"role", "'role' is no check: it has no ':'"},
        {"@ and", "it ends where a check is expected"},
        {"(@ or", "it ends where a check is expected"},
        {"(@", "a parenthesis is not closed"},
        {"@ )", "')' is not expected here"},
        {"@ or or @", "'or' is not expected here"},
        {"'a:b'", "'a:b' is no check: it is all in quotes"},
        {"not(@)", "'not(@' is no check: it has no ':'"},
        {"a b:c", "'a' is no check: it has no ':'"},
        {"1a:x", "'1a' is neither a name nor a literal"},
        {"x:%(y)d", "'%(y)d' holds more than %(name)s"},
        {"http:there", "'http:there' is no URL"},
        {"rule:nowhere", "there is no rule nowhere"},
    };
    for (const auto& c : cases)
        EXPECT_THAT(errors_of({{"x", c.text}}),
                    ElementsAre(fmt::format("policy rule x: {}", c.complaint)));
}

TEST(policy, bounds_how_deep_a_rule_goes_and_how_long_it_is) {
    const auto nested = [](int levels) {
        std::string text;
        for (int i = 0; i < levels; ++i) text += "(";
        text += "@";
        for (int i = 0; i < levels; ++i) text += ")";
        return errors_of({{"x", text}});
    };
    EXPECT_THAT(nested(63), IsEmpty());
    EXPECT_THAT(nested(64), ElementsAre("policy rule x: more than 64 levels"));
    EXPECT_EQ(nested(100'000).size(), 1u);
    EXPECT_THAT(errors_of({{"x", "role:" + std::string(256 * 1024, 'x')}}),
                ElementsAre("policy rule x: it is too long"));
}

TEST(policy, a_rule_that_refers_to_itself_is_refused) {
    EXPECT_THAT(
        errors_of({{"a", "rule:b"}, {"b", "not rule:c"}, {"c", "@ or rule:a"}}),
        ElementsAre("policy rule a: it refers to itself", "policy rule b: it refers to itself",
                    "policy rule c: it refers to itself"));
    // The stand-in for unknown rules may not be an unknown rule's way back to itself.
    std::vector<std::string> errors;
    const policy_options options{.default_rule = "default",
                                 .overrides = {{"default", "rule:nowhere"}}};
    const policy_table rules(options, errors);
    EXPECT_THAT(errors, ::testing::Contains("policy rule default: it refers to itself"));
}

TEST(policy, an_override_replaces_a_rule_in_both_modes_and_the_last_one_counts) {
    const attribute_target nothing({});
    for (const bool new_defaults : {true, false}) {
        policy_options options{.enforce_new_defaults = new_defaults};
        options.overrides = {{"get_images", "@"}, {"get_images", "rule:ours"}, {"ours", "role:x"}};
        const auto rules = rules_of(options);
        EXPECT_FALSE(allows(rules, "get_images", nothing, {}));
        request_context caller;
        caller.roles = {"x"};
        EXPECT_TRUE(allows(rules, "get_images", nothing, caller));
    }
}

TEST(policy, a_rule_that_is_not_there_is_the_default_rule) {
    const attribute_target nothing({});
    policy_options options;
    options.overrides = {{"get_images", "rule:nowhere"}};
    options.default_rule = "default";
    EXPECT_TRUE(allows(rules_of(options), "get_images", nothing, {}));
    options.default_rule = "publicize_image";
    EXPECT_FALSE(allows(rules_of(options), "get_images", nothing, {}));
    options.default_rule = "nowhere either";
    EXPECT_FALSE(allows(rules_of(options), "get_images", nothing, {}));
}

TEST(policy, an_admin_is_whom_context_is_admin_names) {
    policy_options options;
    options.overrides = {{"context_is_admin", "role:boss or 'p0':%(project_id)s"}};
    const auto rules = rules_of(options);
    request_context caller;
    EXPECT_FALSE(rules.is_admin(caller));
    caller.roles = {"admin"};
    EXPECT_FALSE(rules.is_admin(caller));
    EXPECT_TRUE(rules_of().is_admin(caller));
    caller.roles = {"boss"};
    EXPECT_TRUE(rules.is_admin(caller));
    caller.roles = {};
    caller.project_id = "p0";
    EXPECT_TRUE(rules.is_admin(caller));
}

TEST(policy, who_began_under_rules_keeps_them) {
    std::vector<std::string> errors;
    policy rules({.overrides = {{"get_images", "!"}}}, errors);
    const auto held = rules.table();
    auto next = std::make_shared<const policy_table>(
        policy_options{.overrides = {{"get_images", "@"}}}, errors);
    const auto before = rules.replace(next);
    EXPECT_THAT(errors, ::testing::IsEmpty());
    EXPECT_EQ(before, held);
    EXPECT_EQ(rules.table(), next);
    EXPECT_FALSE(allows(*held, "get_images", attribute_target({}), {}));
    EXPECT_TRUE(allows(*rules.table(), "get_images", attribute_target({}), {}));
}

TEST(policy, tokens_of_more_than_a_project_are_refused_unless_nobody_looks) {
    policy_options options;
    options.overrides = {{"get_images", "@"}};
    request_context cloud;
    cloud.system_scope = "all";
    EXPECT_FALSE(allows(rules_of(options), "get_images", attribute_target({}), cloud));
    options.enforce_scope = false;
    EXPECT_TRUE(allows(rules_of(options), "get_images", attribute_target({}), cloud));
}

TEST(policy, the_older_form_of_a_rule_is_lists_of_checks) {
    const policy_check_lists lists = {{"role:a", "role:b"}, {}, {"role:c"}};
    const std::pair<policy_check_lists, const char*> cases[] = {
        {lists, "0011"}, {{}, "1111"}, {{{}}, "0000"}, {{{"@"}}, "1111"}};
    for (const auto& [rule, expected] : cases) {
        const auto rules = rules_of({.overrides = {{"get_images", rule}}});
        std::string cells;
        for (const auto& roles : {std::vector<std::string>{}, {"a"}, {"a", "b"}, {"c"}}) {
            request_context caller;
            caller.roles = roles;
            cells += allows(rules, "get_images", attribute_target({}), caller) ? '1' : '0';
        }
        EXPECT_EQ(cells, expected);
    }
    EXPECT_THAT(errors_of({{"x", policy_check_lists{{"role:a and role:b", "no"}}}}),
                ::testing::ElementsAre("policy rule x: 'no' is no check: it has no ':'"));
}

TEST(policy, bounds_how_many_rules_lead_to_each_other) {
    const auto chain = [](int length) {
        std::vector<policy_override> rules;
        for (int i = 0; i < length; ++i)
            rules.push_back({fmt::format("r{}", i), fmt::format("rule:r{}", i + 1)});
        rules.push_back({fmt::format("r{}", length), "@"});
        return errors_of(std::move(rules));
    };
    EXPECT_THAT(chain(63), IsEmpty());
    EXPECT_THAT(chain(64), ::testing::ElementsAre("policy rule r0: it refers to others that refer "
                                                  "to others, too often in a row"));
}

// 2 to the power of their number would be more than anybody can wait for, at the start already.
TEST(policy, bounds_how_many_checks_a_decision_takes) {
    const auto doubling = [](int levels) {
        std::vector<policy_override> rules;
        for (int i = 0; i < levels; ++i)
            rules.push_back({fmt::format("r{}", i), fmt::format("rule:r{0} or rule:r{0}", i + 1)});
        rules.push_back({fmt::format("r{}", levels), "role:x"});
        return errors_of(std::move(rules));
    };
    EXPECT_THAT(doubling(12), IsEmpty());
    EXPECT_THAT(doubling(13),
                ElementsAre("policy rule r0: it takes more than 10000 checks to decide"));
    EXPECT_EQ(doubling(63).size(), 51u);
}

// On a stack of usual size.
TEST(policy, decides_by_the_deepest_rules_there_may_be) {
    policy_options options;
    for (int i = 0; i < 63; ++i) {
        std::string rule = fmt::format("rule:r{}", i + 1);
        for (int level = 0; level < 39; ++level) rule = "( ! or @ and " + rule + " )";
        options.overrides.push_back({fmt::format("r{}", i), std::move(rule)});
    }
    options.overrides.push_back({"r63", "role:x"});
    std::vector<std::string> errors;
    const policy_table rules(options, errors);
    ASSERT_THAT(errors, ElementsAre());
    const attribute_target nothing({});
    request_context caller;
    EXPECT_EQ(rules.decide_named("r0", nothing, caller).so, policy_ruling::answer::no);
    caller.roles = {"x"};
    EXPECT_EQ(rules.decide_named("r0", nothing, caller).so, policy_ruling::answer::yes);
}

TEST(permissions, refuses_in_glances_words) {
    const attribute_target nothing({});
    const auto may = testing::permissions_of();
    const request_context caller;
    try {
        now(may.enforce("get_images", nothing, caller));
        ADD_FAILURE() << "was allowed";
    } catch (const problem& why) {
        EXPECT_EQ(why.why(), reason::forbidden);
        EXPECT_EQ(why.detail(), "You are not authorized to complete get_images action.");
        EXPECT_EQ(why.how(), layout::text_only);
    }
    EXPECT_NO_THROW(now(may.enforce("get_task", nothing, caller)));
}

}  // namespace
}  // namespace glimt
