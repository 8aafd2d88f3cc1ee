// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/policy.hpp"
#include "auth/policy_files.hpp"
#include "core/fleet.hpp"
#include "core/worker_threads.hpp"

#include <string>
#include <vector>

namespace glimt {

// Follows the operator's rules: once a second a worker looks whether their files have changed, and
// when new ones can be read every request that comes from then on is decided by them. Files that
// cannot be read are told in the log, once, and change nothing.
//
// First shard's loop only. Refers to everything; all of it outlives it.
class policy_reload {
public:
    policy_reload(fleet& shards, worker_threads& blocking, const policy_files& files,
                  policy_files::state seen, policy& rules, log& out)
        : shards_(shards),
          blocking_(blocking),
          files_(files),
          seen_(std::move(seen)),
          rules_(rules),
          out_(out) {}

    // Until the shard drains.
    task<> keep_at_it();

private:
    struct finding;

    task<> look_again();
    void put_in_force(std::shared_ptr<const policy_table> next);

    fleet& shards_;
    worker_threads& blocking_;
    const policy_files& files_;
    policy_files::state seen_;
    std::vector<std::string> told_;  // the errors of the last look
    policy& rules_;
    log& out_;
};

}  // namespace glimt
