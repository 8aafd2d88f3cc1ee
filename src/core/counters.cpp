// SPDX-License-Identifier: Apache-2.0
#include "core/counters.hpp"

#include <cassert>

namespace glimt {
namespace {

constexpr auto total = counter_description::kind::total;
constexpr auto gauge = counter_description::kind::gauge;

// A new counter is one member of counters and one line here.
constexpr std::array<counter_description, counter_count> table{{
    {"glimt_connections_accepted_total", "", "Connections accepted.", total,
     &counters::connections_accepted},
    {"glimt_connections_open", "", "Connections open now.", gauge, &counters::connections_open},
    {"glimt_requests_total", "protocol=\"http\"", "Request heads understood.", total,
     &counters::requests_http},
    {"glimt_requests_total", "protocol=\"uwsgi\"", "Request heads understood.", total,
     &counters::requests_uwsgi},
    {"glimt_responses_total", "class=\"1xx\"", "Responses begun, by class of their status.", total,
     &counters::responses_1xx},
    {"glimt_responses_total", "class=\"2xx\"", "Responses begun, by class of their status.", total,
     &counters::responses_2xx},
    {"glimt_responses_total", "class=\"3xx\"", "Responses begun, by class of their status.", total,
     &counters::responses_3xx},
    {"glimt_responses_total", "class=\"4xx\"", "Responses begun, by class of their status.", total,
     &counters::responses_4xx},
    {"glimt_responses_total", "class=\"5xx\"", "Responses begun, by class of their status.", total,
     &counters::responses_5xx},
    {"glimt_received_bytes_total", "", "Bytes received from clients.", total,
     &counters::bytes_received},
    {"glimt_sent_bytes_total", "", "Bytes sent to clients.", total, &counters::bytes_sent},
    {"glimt_requests_malformed_total", "", "Requests refused because nobody can read them.", total,
     &counters::requests_malformed},
    {"glimt_timeouts_total", "waiting_for=\"header\"", "Connections closed for being slow.", total,
     &counters::timeouts_header},
    {"glimt_timeouts_total", "waiting_for=\"request\"", "Connections closed for being slow.", total,
     &counters::timeouts_idle},
    {"glimt_timeouts_total", "waiting_for=\"body\"", "Connections closed for being slow.", total,
     &counters::timeouts_body},
    {"glimt_clients_gone_total", "", "Requests whose client left before the answer's end.", total,
     &counters::clients_gone},
    {"glimt_loop_stalls_total", "", "Turns of a loop that took longer than 10 ms.", total,
     &counters::loop_stalls},
}};

static_assert(sizeof(counters) / sizeof(counter) >= counter_count &&
                  sizeof(counters) / sizeof(counter) < counter_count + 64 / sizeof(counter),
              "a counter is missing in the table, or a line too many");

}  // namespace

void counters::count_response(unsigned status) noexcept {
    constexpr counter counters::* by_class[] = {&counters::responses_1xx, &counters::responses_2xx,
                                                &counters::responses_3xx, &counters::responses_4xx,
                                                &counters::responses_5xx};
    assert(status >= 100 && status <= 599);
    (this->*by_class[status / 100 - 1]).add();
}

std::span<const counter_description, counter_count> counter_table() noexcept { return table; }

std::array<std::uint64_t, counter_count> sum(std::span<const counters* const> shards) noexcept {
    std::array<std::uint64_t, counter_count> sums{};
    for (const counters* shard : shards)
        for (std::size_t i = 0; i < counter_count; ++i)
            sums[i] += (shard->*table[i].member).value();
    return sums;
}

}  // namespace glimt
