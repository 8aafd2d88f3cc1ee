// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/stream.hpp"
#include "proto/message.hpp"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// One request as api/ sees it, whichever protocol brought it. Lives until its response was sent.
struct request {
    const request_head& head;
    source& body;  // streamed, never collected for you; ends at once when there is none
};

struct response_header {
    std::string_view name;  // a literal
    std::string value;
};

// What a request is answered with: a text, or a stream of bytes. The session adds what belongs to
// the connection (Content-Length, Transfer-Encoding, Connection, Date).
struct response {
    unsigned status = 200;
    boost::container::small_vector<response_header, 4> headers;

    std::string text;
    std::unique_ptr<source> stream;             // instead of the text
    std::optional<std::uint64_t> stream_bytes;  // its length, when that is known

    // With status 204 or 304: no Content-Length (contract 1.3: member delete and the like have
    // none).
    bool without_length = false;
};

// The one function that a session calls for a request. One object per shard; it outlives its
// sessions. Throws operation_aborted when the request is cut, and the body's error when its bytes
// stop early; never anything else.
class responder {
public:
    virtual ~responder() = default;
    virtual task<response> answer(request& asked) = 0;
};

}  // namespace glimt
