// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/policy_table.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace glimt {

// The rules in force: a table that is exchanged as a whole when the operator's files change.
//
// Any thread may ask at any time, and none waits for another: asking follows a plain pointer, so
// whoever replaces the table keeps the old one until every thread that asks has gone back to its
// loop. One thread replaces.
class policy {
public:
    explicit policy(std::shared_ptr<const policy_table> first)
        : owner_(std::move(first)), current_(owner_.get()) {}
    policy(const policy_options& options, std::vector<std::string>& errors)
        : policy(std::make_shared<const policy_table>(options, errors)) {}

    // Those of this moment, for as long as they are held: a request takes them once.
    std::shared_ptr<const policy_table> table() const { return now().shared_from_this(); }

    // See policy_table::is_admin.
    bool is_admin(const request_context& caller) const { return now().is_admin(caller); }

    // Returns the rules before.
    [[nodiscard]] std::shared_ptr<const policy_table> replace(
        std::shared_ptr<const policy_table> next) {
        current_.store(next.get(), std::memory_order_release);
        return std::exchange(owner_, std::move(next));
    }

private:
    const policy_table& now() const noexcept { return *current_.load(std::memory_order_acquire); }

    std::shared_ptr<const policy_table> owner_;
    std::atomic<const policy_table*> current_;
};

}  // namespace glimt
