// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <list>
#include <string>
#include <string_view>

namespace glimt {

// What follows a request's head (RFC 9112 6.3; for uwsgi front-ends.md U3).
enum class body_kind : std::uint8_t { none, length, chunked };

struct header {
    std::string_view name;   // as received; compared without regard to ASCII case
    std::string_view value;  // without the white space around it
};

// The head of one request, whichever protocol brought it. Views point into the bytes the head was
// parsed from, or into `unfolded`; both outlive it.
struct request_head {
    std::string_view method;          // as sent, an RFC 9110 token
    std::string path;                 // percent-decoded once, no NUL; begins with '/' or is "*"
    std::string_view query;           // raw, without the '?'
    std::string script_name;          // the prefix a front end stripped; "" or begins with '/'
    std::string_view host;            // Host or HTTP_HOST; may be empty
    std::string_view scheme;          // of the connection: "http" or "https"
    std::string_view remote_address;  // uwsgi: REMOTE_ADDR; HTTP: set by the session
    boost::container::small_vector<header, 24> headers;

    body_kind body = body_kind::none;
    std::uint64_t body_bytes = 0;  // of body_kind::length

    bool http_1_0 = false;
    bool keep_alive = false;           // what the client asks for; never on uwsgi
    bool expects_continue = false;     // Expect: 100-continue and a body; never on uwsgi
    bool behind_uwsgi_router = false;  // uWSGI's own: it wants a body taken before the end

    // Text the views need that is not in the head's bytes as such, e.g. the joined values of
    // repeated headers. A list, because its strings stay where they are when one is added or the
    // head moves.
    std::list<std::string> unfolded;

    // The first header of that name, or nullptr. `name` in lower case.
    const header* find(std::string_view name) const noexcept;
};

// Without the space and tabs around it (RFC 9110 5.6.3).
std::string_view trimmed(std::string_view text) noexcept;

// Calls take(element) for each element of a comma-separated list, trimmed, the empty ones too.
template <typename Take>
void for_each_element(std::string_view list, Take take) {
    while (true) {
        const auto comma = list.find(',');
        take(trimmed(list.substr(0, comma)));
        if (comma == std::string_view::npos) return;
        list.remove_prefix(comma + 1);
    }
}

// Compares without regard to ASCII case (RFC 9110 5.1).
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

}  // namespace glimt
