// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "core/fleet.hpp"
#include "keystone/keystone_client.hpp"
#include "keystone/project_limits.hpp"

namespace glimt {

// How one shard finds out what projects may have, with use_keystone_limits: logged in on its own,
// when it is first asked.
class shard_limits {
public:
    shard_limits(shard& here, const settings& options, const clock& time)
        : keystone_(here, options.limit_identity, time),
          limits_(keystone_.session, options.limit_endpoint_id, here.out) {}

    project_limits& limits() noexcept { return limits_; }

    // On the shard's own loop, once no request is left: nothing is asked any more.
    void close() { keystone_.session.close(); }

private:
    keystone_client keystone_;
    keystone_limits limits_;
};

}  // namespace glimt
