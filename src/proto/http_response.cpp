// SPDX-License-Identifier: Apache-2.0
#include "proto/http_response.hpp"

#include <algorithm>
#include <charconv>
#include <span>

namespace glimt::http {

namespace {

bool splits(char c) noexcept { return c == '\r' || c == '\n' || c == '\0'; }

void append_safely(std::string& head, std::string_view text, char instead) {
    const auto before = static_cast<std::ptrdiff_t>(head.size());
    head.append(text);
    std::replace_if(head.begin() + before, head.end(), splits, instead);
}

void append_number(std::string& head, std::uint64_t value) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    head.append(digits.data(), end);
}

// Writes a number of as many digits as there is room for.
void put_digits(std::span<char> room, unsigned value) noexcept {
    for (auto digit = room.rbegin(); digit != room.rend(); ++digit, value /= 10) {
        *digit = static_cast<char>('0' + value % 10);
    }
}

}  // namespace

std::string_view reason_phrase(unsigned status) noexcept {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 300: return "Multiple Choices";
        case 302: return "Found";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 411: return "Length Required";
        case 413: return "Request Entity Too Large";
        case 414: return "Request-URI Too Long";
        case 415: return "Unsupported Media Type";
        case 416: return "Request Range Not Satisfiable";
        case 417: return "Expectation Failed";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        default: return {};
    }
}

void start_head(std::string& head, unsigned status) {
    head.append("HTTP/1.1 ");
    append_number(head, status);
    head.append(1, ' ').append(reason_phrase(status)).append("\r\n");
}

void end_head(std::string& head) { head.append("\r\n"); }

void add_header(std::string& head, std::string_view name, std::string_view value) {
    append_safely(head, name, '_');
    head.append(": ");
    append_safely(head, value, ' ');
    head.append("\r\n");
}

void add_header(std::string& head, std::string_view name, std::uint64_t value) {
    append_safely(head, name, '_');
    head.append(": ");
    append_number(head, value);
    head.append("\r\n");
}

http_date::http_date(std::chrono::sys_seconds time) noexcept {
    constexpr std::string_view weekdays = "SunMonTueWedThuFriSat";
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    const std::span<char> text(text_);
    std::ranges::copy(std::string_view("ddd, 00 mmm 0000 00:00:00 GMT"), text_.begin());
    std::ranges::copy(weekdays.substr(std::chrono::weekday(day).c_encoding() * 3, 3),
                      text_.begin());
    std::ranges::copy(months.substr((unsigned(date.month()) - 1) * 3, 3), text_.begin() + 8);
    put_digits(text.subspan(5, 2), unsigned(date.day()));
    put_digits(text.subspan(12, 4), static_cast<unsigned>(int(date.year())));
    put_digits(text.subspan(17, 2), static_cast<unsigned>(clock.hours().count()));
    put_digits(text.subspan(20, 2), static_cast<unsigned>(clock.minutes().count()));
    put_digits(text.subspan(23, 2), static_cast<unsigned>(clock.seconds().count()));
}

}  // namespace glimt::http
