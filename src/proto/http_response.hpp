// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace glimt::http {

// The phrase webob puts behind a status, which is what Glance's clients have always seen: in places
// not today's (413 "Request Entity Too Large"). Empty for a status we never send.
std::string_view reason_phrase(unsigned status) noexcept;

// A response's head, appended piece by piece to a string the caller keeps for the next one:
// start_head, add_header as often as needed, end_head. The same head is right for uwsgi.
void start_head(std::string& head, unsigned status);  // "HTTP/1.1 200 OK" CRLF
void end_head(std::string& head);                     // the blank line

// CR, LF and NUL in a value become spaces, in a name '_': whatever got into a stored value, it does
// not split the response.
void add_header(std::string& head, std::string_view name, std::string_view value);
void add_header(std::string& head, std::string_view name, std::uint64_t value);

// A time as the Date field wants it, e.g. "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate, RFC 9110
// 5.6.7). For years 0 to 9999. Callers who answer often keep it for the second it is true.
class http_date {
public:
    explicit http_date(std::chrono::sys_seconds time) noexcept;

    std::string_view text() const noexcept { return {text_.data(), text_.size()}; }

private:
    std::array<char, 29> text_;
};

}  // namespace glimt::http
