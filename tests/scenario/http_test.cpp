// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 as clients speak it: one connection carries many requests.
#include "scenario/support/glimt_process.hpp"

#include <gtest/gtest.h>

namespace glimt::testing {

TEST(http_scenario, a_connection_carries_many_requests) {
    glimt_process server;
    auto visitor = server.connect();
    for (int i = 0; i < 3; ++i) {
        visitor.send("GET /healthcheck HTTP/1.1\r\nHost: test\r\n\r\n");
        const auto answer = visitor.read_reply();
        EXPECT_EQ(answer.status, 200u);
        EXPECT_EQ(answer.body, "OK");
    }
}

}  // namespace glimt::testing
