// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace glimt {

// A number that one thread changes and any thread may read. It costs what a plain integer costs:
// only its shard writes it, so no read-modify-write has to be atomic.
class counter {
public:
    void add(std::uint64_t n = 1) noexcept { set(value() + n); }
    void subtract(std::uint64_t n = 1) noexcept { set(value() - n); }
    std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }

    std::atomic<std::uint64_t> value_{0};
};

// What one shard counts. The shard owns it and alone writes it; the alignment keeps it off the
// cache lines of other shards. What is counted here has a line in counter_table(); lines the log
// dropped are not, because the log is the process's: see log::dropped().
struct alignas(64) counters {
    counter connections_accepted;
    counter connections_open;  // goes down again
    counter requests_http;
    counter requests_uwsgi;
    counter responses_1xx;
    counter responses_2xx;
    counter responses_3xx;
    counter responses_4xx;
    counter responses_5xx;
    counter bytes_received;
    counter bytes_sent;
    counter requests_malformed;
    counter timeouts_header;
    counter timeouts_idle;
    counter timeouts_body;
    counter clients_gone;
    counter loop_stalls;

    // Counts a response under its class. `status` is 100 to 599.
    void count_response(unsigned status) noexcept;
};

// How a counter is shown: a Prometheus name (base units, _total on what only grows), the one label
// that tells it from others of its name (may be empty), and a sentence for people.
struct counter_description {
    enum class kind : std::uint8_t { total, gauge };

    std::string_view name;
    std::string_view label;
    std::string_view help;
    kind shown_as;
    counter counters::* member;
};

inline constexpr std::size_t counter_count = 17;

// Every member of counters, in its order; those of one name stand together. Static storage.
std::span<const counter_description, counter_count> counter_table() noexcept;

// The sums over all shards, in the order of counter_table(). Any thread; each number is right at
// some moment of the call, not all at the same one.
std::array<std::uint64_t, counter_count> sum(std::span<const counters* const> shards) noexcept;

}  // namespace glimt
