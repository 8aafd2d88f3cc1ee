// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/descriptor.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace glimt::testing {

// Somebody else's HTTP server, which images may be fetched from: one request a connection, one
// connection after the other, on a port of the loopback.
class web_server {
public:
    // The whole answer to a request with that head (its lines without the blank one); called on the
    // server's thread. Empty: the connection ends without an answer.
    using answer = std::function<std::string(std::string_view head)>;

    explicit web_server(answer of);
    web_server(const web_server&) = delete;
    web_server& operator=(const web_server&) = delete;
    ~web_server();

    std::string url(std::string_view path) const;

private:
    void serve() const;

    const answer answer_;
    descriptor listener_;
    std::thread thread_;
};

}  // namespace glimt::testing
