// SPDX-License-Identifier: Apache-2.0
#include "api/body.hpp"

#include "core/problem.hpp"

#include <algorithm>

namespace glimt {

bool has_body(const request_head& head) {
    switch (head.body) {
        case body_kind::none: return false;
        case body_kind::length: return head.body_bytes > 0;
        case body_kind::chunked: break;
    }
    return head.method == "POST" || head.method == "PUT" || head.method == "PATCH";
}

task<std::string> collect(source& body, std::size_t bytes_max) {
    constexpr std::size_t first_read = 4096;
    std::string all;
    std::size_t filled = 0;
    for (;;) {
        // One byte above the limit tells a body that fills it from one that does not end there.
        if (filled == all.size()) {
            all.resize(std::min(std::max(first_read, 2 * filled), bytes_max + 1));
        }
        const asio::mutable_buffer room = asio::buffer(all) + filled;
        const std::size_t n = co_await body.read_some(room);
        if (n == 0) break;
        filled += n;
        if (filled > bytes_max) throw problem(reason::too_large);
    }
    all.resize(filled);
    co_return all;
}

}  // namespace glimt
