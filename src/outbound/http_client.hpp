// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/stream.hpp"
#include "outbound/admission.hpp"
#include "outbound/http_query.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace glimt {

class curl_driver;

struct http_answer : http_head {
    std::string body;  // empty after a failure
};

// An answer whose body is still to come.
struct http_opened : http_head {
    std::optional<std::uint64_t> length;  // what the head declares; of HEAD, what GET would have
    std::unique_ptr<source> body;         // null after a failure
};

// Asks servers of others over HTTP/1.1, with or without TLS: libcurl, whose sockets and timers wait
// in the loop. Connections are kept for the next query to the same server. Names are looked up by
// threads of libcurl's own.
//
// One per shard; loop only; outlives everything that was begun with it. Not getting an answer is a
// value; a cancelled wait throws operation_aborted, and what it waited for is given up.
class http_client {
public:
    // Transfers beyond the bound wait for one to end, as long as they may take to connect.
    explicit http_client(ring_context& home, unsigned transfers_max = 256);
    http_client(const http_client&) = delete;
    http_client& operator=(const http_client&) = delete;
    ~http_client();

    // The whole answer, at most answer_bytes_max of body.
    task<http_answer> fetch(http_query query);

    // The head, and a body that comes as fast as it is read: while nobody reads, the server is held
    // back by TCP, and no more than 256 KiB are kept. read_some throws when the body ends before
    // its declared end: timed_out, or connection_reset; when it has done so before the head was
    // told, there is no answer but a failure. Destroying the body ends the transfer.
    task<http_opened> open(http_query query);

private:
    curl_driver& driver();

    ring_context& home_;
    admission places_;
    std::unique_ptr<curl_driver> driver_;
};

}  // namespace glimt
