// SPDX-License-Identifier: Apache-2.0
#include "auth/metadef_policy.hpp"

#include "auth/request_context.hpp"
#include "core/problem.hpp"
#include "unit/auth/asking.hpp"

#include <gmock/gmock.h>

namespace glimt {
namespace {

using testing::now;
using testing::permissions_of;

request_context caller_with(std::string role, std::string project) {
    request_context caller;
    caller.project_id = std::move(project);
    caller.is_admin = role == "admin";
    caller.roles = {std::move(role)};
    return caller;
}

// "allowed", or what the refusal says; "?" for one without a text.
std::string verdict(const metadef_policy& of, action asked) {
    try {
        now(of.enforce(asked));
        return "allowed";
    } catch (const problem& refusal) {
        const bool hidden = refusal.why() == reason::not_found;
        return (hidden ? "404 " : "403 ") + (refusal.detail().empty() ? "?" : refusal.detail());
    }
}

TEST(metadef_policy, tells_only_those_who_may_see_a_namespace_that_they_may_not_change_it) {
    const auto rules = permissions_of();
    metadef_namespace open, closed;
    open.owner = closed.owner = "ours";
    open.is_public = true;
    const std::string forbidden =
        "403 You are not authorized to complete modify_metadef_namespace action.";
    const struct {
        const char* role;
        const char* project;
        bool is_public;
        const char* reads;
        std::string writes;
    } cases[] = {
        {"admin", "cloud", false, "allowed", "allowed"},
        {"reader", "ours", false, "allowed", forbidden},
        {"reader", "theirs", true, "allowed", forbidden},
        {"reader", "theirs", false, "404 ?", "404 ?"},
        {"guest", "ours", true, "404 ?", "404 ?"},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(std::string(one.role) + " of " + one.project);
        const request_context caller = caller_with(one.role, one.project);
        const metadef_policy of(rules, caller, one.is_public ? open : closed);
        EXPECT_EQ(verdict(of, "get_metadef_namespace"), one.reads);
        EXPECT_EQ(verdict(of, "get_metadef_objects"), one.reads);
        EXPECT_EQ(verdict(of, "modify_metadef_namespace"), one.writes);
        EXPECT_EQ(now(of.allows("modify_metadef_namespace")), one.writes == "allowed");
    }
}

TEST(metadef_policy, asks_of_no_namespace_as_of_the_callers_project) {
    const auto rules = permissions_of();
    const request_context reader = caller_with("reader", "ours"),
                          guest = caller_with("guest", "ours");
    EXPECT_EQ(verdict({rules, reader}, "get_metadef_namespaces"), "allowed");
    EXPECT_EQ(verdict({rules, reader}, "add_metadef_namespace"),
              "403 You are not authorized to complete add_metadef_namespace action.");
    EXPECT_EQ(verdict({rules, guest}, "get_metadef_namespaces"), "404 ?");
}

}  // namespace
}  // namespace glimt
