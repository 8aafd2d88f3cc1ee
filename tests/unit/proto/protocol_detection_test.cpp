// SPDX-License-Identifier: Apache-2.0
#include "proto/protocol_detection.hpp"

#include <gtest/gtest.h>

namespace glimt {
namespace {

TEST(protocol_detection, the_first_byte_decides) {
    for (int byte = 0; byte < 256; ++byte) {
        SCOPED_TRACE(byte);
        auto expected = protocol::unknown;
        if (byte == 0) expected = protocol::uwsgi;
        if (byte == 22) expected = protocol::tls;
        if (byte >= 65 && byte <= 90) expected = protocol::http;
        if (byte == 100) expected = protocol::ping;
        EXPECT_EQ(detect_protocol(static_cast<char>(byte)), expected);
    }
}

}  // namespace
}  // namespace glimt
