// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/exchange.hpp"
#include "server/connection.hpp"

#include <string>
#include <string_view>

namespace glimt {

// What a response's head says of its connection.
struct response_framing {
    bool chunked_allowed = false;  // HTTP/1.1; else an unknown length ends with the connection
    bool omit_body = false;        // the answer to a HEAD
    std::string_view connection;   // "close", "keep-alive" (HTTP/1.0) or nothing
    std::string_view date;         // nothing: the front end adds its own
};

enum class send_outcome : std::uint8_t {
    sent,
    ends_with_connection,  // sent, but only closing tells the client so
    broken,                // the client went, or the stream failed after the head
};

// Sends `answer`, the head and a small text in one write (front-ends.md 2, nginx's split first
// line). `scratch` is reused from answer to answer.
task<send_outcome> send_response(connection& peer, response& answer, const response_framing& how,
                                 std::chrono::milliseconds patience, std::string& scratch);

}  // namespace glimt
