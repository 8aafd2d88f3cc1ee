// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/task.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

namespace glimt {

// A token for short waits that must not be cut short: a cancellation that comes meanwhile is
// remembered by the coroutine and reaches its next operation.
inline auto uncancelled() {
    return asio::bind_cancellation_slot(asio::cancellation_slot(), or_error);
}

}  // namespace glimt
