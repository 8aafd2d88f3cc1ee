// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "core/fleet.hpp"
#include "keystone/project_limits.hpp"
#include "outbound/http_client.hpp"

namespace glimt {

// How one shard finds out what projects may have, with use_keystone_limits: logged in on its own,
// when it is first asked.
class shard_limits {
public:
    shard_limits(shard& here, const settings& options, const clock& time)
        : web_(here.loop, transfers_max),
          session_(here.loop, web_, options.limit_identity, time, here.out),
          limits_(session_, options.limit_endpoint_id, here.out) {}

    project_limits& limits() noexcept { return limits_; }

    // On the shard's own loop, once no request is left: nothing is asked any more.
    void close() { session_.close(); }

private:
    static constexpr unsigned transfers_max = 32;

    http_client web_;
    keystone_session session_;
    keystone_limits limits_;
};

}  // namespace glimt
