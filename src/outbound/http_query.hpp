// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

class uri_filter;

struct http_field {
    std::string name, value;
};

// Whom we believe over https, and who we say we are. Files are PEM.
struct http_trust {
    std::string ca_file = {};           // empty: the system's certificates
    bool insecure = false;              // believe anybody
    std::string certificate_file = {};  // ours; empty: none
    std::string key_file = {};          // empty: in the same file
};

// How long an answer may take.
struct http_patience {
    std::chrono::milliseconds connect = std::chrono::seconds(10);  // name, TCP, proxy, TLS; not 0
    std::chrono::milliseconds total{0};  // to the last byte, over all redirects; 0: no limit
    // Fewer bytes than that, for so long, is too slow; 0: no limit. Time in which nobody reads does
    // not count.
    std::uint32_t bytes_per_second_min = 1;
    std::chrono::seconds slow = std::chrono::seconds(60);
};

// One request to somebody else's server.
struct http_query {
    std::string method = "GET";
    std::string url;  // http or https; "user:password@" in it is sent as basic authentication
    std::vector<http_field> headers;
    std::string body;  // small: it is kept whole

    std::uint64_t answer_bytes_max = 1 << 20;  // of fetch(); a longer body is a failure

    http_trust trust;
    http_patience patience;
    // "host:port" or a URL, for each of the two schemes; empty: none, whatever the environment
    // says.
    std::string http_proxy, https_proxy;

    // How many redirects are followed before one is a failure; with 0 a redirect is an answer as
    // any other. One that leads to another server takes only Accept and Range along.
    unsigned redirects_max = 0;

    // What the URL, that of each redirect, and the addresses behind their names must pass; none:
    // everything passes. Outlives the transfer.
    const uri_filter* filter = nullptr;
};

// Why there is no answer, or no end of it.
enum class http_failure : std::uint8_t {
    invalid,             // the URL or a header cannot be sent
    refused,             // by the filter, before or after a redirect
    name_not_resolved,   // also the proxy's
    cannot_connect,      // nobody listens there, or no way leads there
    tls,                 // no handshake, or a certificate that is not believed
    timed_out,           // any of http_patience
    too_many_redirects,  // more than redirects_max
    too_large,           // a head beyond 128 KiB, or a body beyond answer_bytes_max
    broken,              // what came was not HTTP, or ended before its end
};

std::string_view name_of(http_failure why) noexcept;

// The head of an answer, or why there is none.
struct http_head {
    std::optional<http_failure> failed;
    std::string why;  // of a failure, for the log: names no credentials

    unsigned status = 0;
    std::vector<http_field> fields;

    // The value of the first field of that name, whatever its case; nullptr when there is none.
    const std::string* find(std::string_view name) const noexcept;
};

}  // namespace glimt
