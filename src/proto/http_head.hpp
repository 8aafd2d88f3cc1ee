// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/message.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace glimt::http {

// What a request's head may cost us.
struct head_limits {
    std::size_t bytes_max = 65535;  // from the first byte to the blank line, both included
    std::size_t fields_max = 128;
};

// Why a head is refused. The answer is status_of() and sentence_of(), then the connection is
// closed: after a head we do not understand, nobody knows where the next one begins.
enum class head_error : std::uint8_t {
    malformed,                // not HTTP, or HTTP only to the forgiving: bare LF, folded field, ...
    bad_target,               // request target of no form we serve, or with a bad escape
    bad_host,                 // no Host in HTTP/1.1, several, or not a host
    unclear_body,             // it cannot be said, or not by everybody alike, where the body ends
    target_too_long,          // the request line alone is over bytes_max
    too_large,                // over bytes_max or fields_max
    unsupported_expectation,  // Expect: anything but 100-continue
    unsupported_method,       // CONNECT: we open no tunnels
    unsupported_coding,       // a transfer coding that exists, but not here
    unsupported_version,      // HTTP, but neither 1.0 nor 1.1
};

// The status to answer with: 400, 414, 417, 431, 501 or 505.
unsigned status_of(head_error error) noexcept;

// One sentence for the client's eyes.
std::string_view sentence_of(head_error error) noexcept;

// Finds where a head ends in bytes that come piece by piece, without searching them anew. Serves
// one head; take a new one for the next. Its verdict does not depend on how the bytes were cut.
class head_finder {
public:
    explicit head_finder(const head_limits& limits = {}) noexcept : bytes_max_(limits.bytes_max) {}

    // `received` is everything that came since the end of the previous request: each time the bytes
    // of the last call and perhaps more. Answers how long the head is, blank line included, or 0
    // while its end has not come. When error() is set the answer stays 0 and the finder is spent.
    std::size_t find_end(std::string_view received) noexcept;

    std::optional<head_error> error() const noexcept { return error_; }

    // Whether anything but empty lines has come, so that an end of the stream here is an abort.
    bool begun() const noexcept { return begun_; }

private:
    std::size_t accept_line(std::string_view received, std::size_t line_feed) noexcept;

    std::size_t bytes_max_;
    std::size_t searched_ = 0;      // no line feed in doubt before this
    std::size_t line_ = 0;          // where the line under way begins
    std::uint8_t empty_lines_ = 0;  // before the request line
    bool begun_ = false;
    bool request_line_ended_ = false;
    std::optional<head_error> error_;
};

// Parses a complete head, as long as head_finder said, and refuses what other servers may read
// differently from us (RFC 9112 11.2). Sets all of `out` but scheme and remote_address, which
// belong to the connection; its views point into `head`. After an error `out` holds nothing of use.
std::optional<head_error> parse_head(std::string_view head, const head_limits& limits,
                                     request_head& out);

}  // namespace glimt::http
