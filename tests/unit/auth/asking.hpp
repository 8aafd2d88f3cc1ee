// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/permissions.hpp"
#include "core/clock.hpp"
#include "support/loop_fixture.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glimt::testing {

// What decisions are made in; none of these tests has rules that really ask another server.
struct asking_world {
    ring_context loop{make_ring(loop_under_test())};
    real_clock time;
    log journal{{.path = "/dev/null"}, time};
    http_client web{loop};
    remote_checks others{web, {}, journal};

    static asking_world& only() {
        static asking_world one;
        return one;
    }
};

inline permissions permissions_of(const policy_options& options = {}) {
    std::vector<std::string> errors;
    auto rules = std::make_shared<const policy_table>(options, errors);
    EXPECT_EQ(errors, std::vector<std::string>{});
    return {std::move(rules), asking_world::only().others};
}

inline void now(task<> asking) {
    auto& loop = asking_world::only().loop;
    std::exception_ptr failure;
    asio::co_spawn(loop.get_executor(), std::move(asking),
                   [&](std::exception_ptr e) { failure = std::move(e); });
    loop.run();
    if (failure) std::rethrow_exception(failure);
}

inline bool now(task<bool> asking) {
    bool answer = false;
    const auto keep = [&]() -> task<> { answer = co_await std::move(asking); };
    now(keep());
    return answer;
}

}  // namespace glimt::testing
