// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/permissions.hpp"
#include "auth/policy_target.hpp"
#include "image/metadef.hpp"

#include <array>

namespace glimt {

// May the caller do that to metadata definitions (contract 3.3)? The target of every rule is the
// namespace they are in: project_id is its owner, and it has a visibility. For those that exist and
// were found with the caller's eyes. Refers to its arguments; they outlive it.
class metadef_policy {
public:
    // What is asked of no namespace: project_id is the caller's own.
    metadef_policy(const permissions& rules, const request_context& caller)
        : rules_(rules),
          caller_(caller),
          attributes_{{{"project_id", caller.project_id}, {}}},
          target_(std::span(attributes_).first(1)) {}

    metadef_policy(const permissions& rules, const request_context& caller,
                   const metadef_namespace& of)
        : rules_(rules),
          caller_(caller),
          attributes_{
              {{"project_id", of.owner}, {"visibility", of.is_public ? "public" : "private"}}},
          target_(attributes_) {}

    metadef_policy(const metadef_policy&) = delete;  // it refers to itself
    metadef_policy& operator=(const metadef_policy&) = delete;

    task<bool> allows(action asked) const { return rules_.allows(asked, target_, caller_); }

    // Throws problem(reason::forbidden), or problem(reason::not_found) without a text when the
    // caller may not see the namespace at all.
    task<> enforce(action asked) const;

private:
    const permissions& rules_;
    const request_context& caller_;
    std::array<target_attribute, 2> attributes_;
    attribute_target target_;
};

}  // namespace glimt
