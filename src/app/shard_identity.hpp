// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/identity_source.hpp"
#include "auth/policy.hpp"
#include "config/settings.hpp"
#include "core/fleet.hpp"
#include "keystone/keystone_client.hpp"
#include "keystone/token_authorities.hpp"

#include <memory>
#include <optional>

namespace glimt {

// How one shard finds out who asks. Where Keystone says so, the first shard asks it, and the others
// ask the first.
class shard_identity {
public:
    // `first` is that of the first shard, and null for itself; it outlives the others' loops.
    shard_identity(shard& here, const identity_plan& plan, const settings& options,
                   const policy& rules, const clock& time, shard_identity* first);

    shard_identity(const shard_identity&) = delete;
    shard_identity& operator=(const shard_identity&) = delete;

    identity_source& source() noexcept { return *source_; }

    // On the shard's own loop, once no request is left: nothing is asked any more.
    void close();

private:
    std::unique_ptr<keystone_client> keystone_;  // of the first shard
    std::unique_ptr<token_authority> authority_;
    std::optional<token_validator> tokens_;
    std::unique_ptr<identity_source> source_;
};

}  // namespace glimt
