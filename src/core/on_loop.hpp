// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/task.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <utility>

namespace glimt {

// What `work` returns or throws, run on the loop of another shard, which outlives the wait. Neither
// can be cancelled from here (Asio 1.26 would use a slot that may be gone): `work` ends by itself,
// or is ended over there.
template <class T>
task<T> on_loop(ring_context& there, task<T> work) {
    co_return co_await asio::co_spawn(
        there.get_executor(), std::move(work),
        asio::bind_cancellation_slot(asio::cancellation_slot(), or_throw));
}

}  // namespace glimt
