// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fleet.hpp"
#include "core/operations.hpp"
#include "core/task.hpp"

#include <boost/asio/co_spawn.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <exception>
#include <string_view>

namespace glimt::testing {

// The loop that ctest asks for: every suite with a loop in it is run once on each.
inline loop_kind loop_under_test() {
    const char* name = std::getenv("GLIMT_LOOP");
    return name && std::string_view(name) == "epoll" ? loop_kind::epoll : loop_kind::automatic;
}

// A test with a loop of its own. run() returns when the loop has run dry, so a test that leaves
// anything behind does not end (ctest's time limit tells).
struct loop_fixture : ::testing::Test {
    ring_context loop{make_ring(loop_under_test())};

    // Runs `body` as the first coroutine. Inside coroutines use EXPECT: ASSERT returns.
    void run(task<> body) {
        std::exception_ptr failure;
        asio::co_spawn(loop.get_executor(), std::move(body),
                       [&](std::exception_ptr e) { failure = std::move(e); });
        loop.run();
        if (failure) std::rethrow_exception(failure);
    }

    task<> pause(std::chrono::milliseconds duration) {
        co_await async_sleep(loop, duration, or_throw);
    }
};

}  // namespace glimt::testing
