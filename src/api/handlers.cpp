// SPDX-License-Identifier: Apache-2.0
#include "api/handlers.hpp"

#include "api/body.hpp"
#include "api/dispatch.hpp"

#include <chrono>

namespace glimt {

response json_answer() {
    response answer;
    answer.headers.push_back({"Content-Type", "application/json"});
    return answer;
}

response nothing_left() {
    response answer;
    answer.status = 204;
    answer.headers.push_back({"Content-Type", "text/html; charset=UTF-8"});
    return answer;
}

catalog_viewer viewer_of(const request_context& caller) {
    return {.project = caller.project_id, .is_admin = caller.is_admin};
}

timestamp time_of_change(const call& asked) { return as_timestamp(asked.with.time.wall()); }

task<std::string> collect_document(const call& asked) {
    constexpr std::size_t document_bytes_max = 4 << 20;
    if (!has_body(asked.head)) co_return std::string();
    co_return co_await collect(asked.body, document_bytes_max);
}

problem undecodable() {
    return problem(reason::invalid,
                   "Error decoding your request. Either the URL or the request body contained "
                   "characters that could not be decoded by Glance");
}

}  // namespace glimt
