// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/policy_table.hpp"
#include "auth/remote_checks.hpp"
#include "core/task.hpp"

#include <memory>
#include <utility>

namespace glimt {

// What the caller of one request may: by the rules as they were when it began, however long it
// takes. Few rules ask another server; all others are decided without waiting.
//
// What it is asked with outlives the waiting.
class permissions {
public:
    permissions(std::shared_ptr<const policy_table> rules, remote_checks& others)
        : rules_(std::move(rules)), others_(others) {}

    // Throws problem(reason::unavailable) when a server has to be asked and does not answer.
    task<bool> allows(action asked, const policy_target& target,
                      const request_context& caller) const;

    // The same for a rule of the operator's own: see policy_table::decide_named.
    task<bool> allows_named(std::string_view rule, const policy_target& target,
                            const request_context& caller) const;

    // Throws problem(reason::forbidden) with Glance's sentence unless allowed.
    task<> enforce(action asked, const policy_target& target, const request_context& caller) const;

    const policy_table& table() const noexcept { return *rules_; }

private:
    std::shared_ptr<const policy_table> rules_;
    remote_checks& others_;
};

// "You are not authorized to complete get_image action."
[[noreturn]] void refuse(action asked);

}  // namespace glimt
