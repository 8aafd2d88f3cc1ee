// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet.hpp"
#include "keystone/keystone_session.hpp"
#include "outbound/http_client.hpp"

namespace glimt {

// A session with connections of its own, so that transfers of images never keep it waiting.
struct keystone_client {
    static constexpr unsigned transfers_max = 32;

    keystone_client(shard& here, const keystone_settings& with, const clock& time)
        : web(here.loop, transfers_max), session(here.loop, web, with, time, here.out) {}

    http_client web;
    keystone_session session;
};

}  // namespace glimt
