// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/message.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// The uwsgi protocol, as nginx, Apache, lighttpd and uWSGI's own router speak it to a back end
// (front-ends.md 1 and 2). A packet is
//
//   modifier1   1 byte    0 is a web request, 100 a ping, everything else is refused
//   block size  2 bytes   little-endian
//   modifier2   1 byte    0
//   block                 variables: name size (2, little-endian), name, value size (2), value
//
// and the body follows without framing of its own. One request per connection.
namespace glimt::uwsgi {

inline constexpr std::size_t packet_header_bytes = 4;
inline constexpr std::string_view ping_answer{"\x64\0\0\1", 4};

struct head_limits {
    std::size_t block_bytes_max = 65535;  // uWSGI's buffer-size; the wire allows no more
    std::size_t variable_count_max = 512;
};

enum class head_error : std::uint8_t {
    foreign_modifier,  // no web request and no ping
    block_too_long,
    too_many_variables,
    torn_variable,            // runs past the end of the block, or has no name
    control_byte_in_name,     // white space too
    control_byte_in_value,    // CR, LF or NUL where they could end a line or a string
    repeated_variable,        // of those that have one value
    bad_method,               // missing, or no token
    bad_path,                 // missing, neither empty nor beginning with '/', or with a NUL
    bad_script_name,          // not empty and not beginning with '/'
    bad_content_length,       // not 1 to 19 digits, or 2^63 and more
    content_lengths_differ,   // CONTENT_LENGTH and HTTP_CONTENT_LENGTH
    both_lengths,             // a length and a transfer coding through uWSGI's router
    unknown_transfer_coding,  // a body in another coding than chunked
};

// The status to answer with: 400, 431 or 501; 0 when the connection is closed without an answer.
unsigned status_of(head_error error) noexcept;

// One sentence for the client's eyes.
std::string_view sentence_of(head_error error) noexcept;

enum class head_state : std::uint8_t {
    incomplete,  // an end of the stream here is an aborted request
    complete,
    ping,  // send ping_answer and close
    refused,
};

struct head_progress {
    head_state state = head_state::incomplete;
    std::optional<head_error> error = {};  // of head_state::refused
    std::size_t head_bytes =
        packet_header_bytes;  // to receive before asking again; then the head's
};

// How far the head of a packet is, given everything received so far. It looks at the packet header
// only, so asking after every read costs nothing, and a stranger is refused at the first byte.
head_progress examine(std::string_view received, const head_limits& limits = {}) noexcept;

// Reads the complete head, that is the first head_bytes of what was received, into `out`, which
// must be fresh. The views in `out` point into `head`, whose names of headers are rewritten in
// place
// ("HTTP_X_AUTH_TOKEN" becomes "x-auth-token"), so a head can be read once. After an error `out` is
// of no use and the connection is at its end.
//
// `out.headers` has no framing, no hop-by-hop headers and no Host: they are in `body`, `body_bytes`
// and `host`, or of no use behind a front end. content-type is CONTENT_TYPE when that is not empty.
// PATH_INFO comes decoded and is never decoded again; a SCRIPT_NAME in front of it is removed (U9).
std::optional<head_error> parse_head(std::span<char> head, request_head& out,
                                     const head_limits& limits = {});

}  // namespace glimt::uwsgi
