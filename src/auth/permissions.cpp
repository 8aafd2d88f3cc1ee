// SPDX-License-Identifier: Apache-2.0
#include "auth/permissions.hpp"

#include "core/problem.hpp"

#include <fmt/format.h>

#include <vector>

namespace glimt {
namespace {

// Decides again and again, each time with what one more server has said.
template <class Decide>
task<bool> decided(remote_checks& others, remote_question about, Decide decide) {
    std::vector<remote_answer> said;
    for (;;) {
        const policy_ruling ruling = decide(said);
        if (ruling.so != policy_ruling::answer::ask)
            co_return ruling.so == policy_ruling::answer::yes;
        const bool yes = co_await others.ask(*ruling.check, about);
        said.push_back({ruling.check, yes});
    }
}

}  // namespace

task<bool> permissions::allows(action asked, const policy_target& target,
                               const request_context& caller) const {
    return decided(others_, {asked.name(), target, caller},
                   [this, asked, &target, &caller](const std::vector<remote_answer>& said) {
                       return rules_->decide(asked, target, caller, said);
                   });
}

task<bool> permissions::allows_named(std::string_view rule, const policy_target& target,
                                     const request_context& caller) const {
    return decided(others_, {rule, target, caller},
                   [this, rule, &target, &caller](const std::vector<remote_answer>& said) {
                       return rules_->decide_named(rule, target, caller, said);
                   });
}

task<> permissions::enforce(action asked, const policy_target& target,
                            const request_context& caller) const {
    if (!co_await allows(asked, target, caller)) refuse(asked);
}

void refuse(action asked) {
    throw problem(reason::forbidden,
                  fmt::format("You are not authorized to complete {} action.", asked.name()));
}

}  // namespace glimt
