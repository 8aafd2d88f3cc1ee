// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fault_ring.hpp"
#include "support/loop_fixture.hpp"

#include <memory>

namespace glimt::testing {

// A loop whose operations fail, come back short or late as `plan` says.
struct loop_with_faults {
    std::shared_ptr<fault_plan> plan = std::make_shared<fault_plan>();
    ring_context loop{make_fault_ring(make_ring(loop_under_test()), plan)};

    void run(task<> body) {
        std::exception_ptr failure;
        asio::co_spawn(loop.get_executor(), std::move(body),
                       [&](std::exception_ptr e) { failure = std::move(e); });
        loop.run();
        if (failure) std::rethrow_exception(failure);
    }
};

// A test with one.
struct faulty_loop : ::testing::Test, loop_with_faults {};

}  // namespace glimt::testing
