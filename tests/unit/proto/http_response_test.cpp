// SPDX-License-Identifier: Apache-2.0
#include "proto/http_response.hpp"

#include <gtest/gtest.h>

namespace glimt::http {
namespace {

using namespace std::string_literals;
using namespace std::chrono;

TEST(http_response, writes_a_head) {
    std::string head;
    start_head(head, 200);
    add_header(head, "Content-Type", "application/json");
    add_header(head, "Content-Length", std::uint64_t{0});
    add_header(head, "X-Most", ~std::uint64_t{0});
    add_header(head, "X-Empty", "");
    end_head(head);
    EXPECT_EQ(head,
              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\n"
              "X-Most: 18446744073709551615\r\nX-Empty: \r\n\r\n");
}

TEST(http_response, appends_to_what_is_there) {
    std::string head = "\r\n";
    start_head(head, 404);
    EXPECT_EQ(head, "\r\nHTTP/1.1 404 Not Found\r\n");
}

TEST(http_response, is_not_split_by_a_name_or_a_value) {
    std::string head;
    add_header(head, "X\r\nA\0"s, "b\r\nSet-Cookie: c\n\r\0d"s);
    EXPECT_EQ(head, "X__A_: b  Set-Cookie: c   d\r\n");
    head.clear();
    add_header(head, "X-\xc3\xa9", "\xc3\xa9\t\x7f");
    EXPECT_EQ(head, "X-\xc3\xa9: \xc3\xa9\t\x7f\r\n");
}

// The phrases where webob's classes and today's RFC 9110 differ, and a status of each class.
TEST(http_response, says_the_phrases_of_webob) {
    EXPECT_EQ(reason_phrase(202), "Accepted");
    EXPECT_EQ(reason_phrase(300), "Multiple Choices");
    EXPECT_EQ(reason_phrase(413), "Request Entity Too Large");
    EXPECT_EQ(reason_phrase(414), "Request-URI Too Long");
    EXPECT_EQ(reason_phrase(416), "Request Range Not Satisfiable");
    EXPECT_EQ(reason_phrase(431), "Request Header Fields Too Large");
    EXPECT_EQ(reason_phrase(505), "HTTP Version Not Supported");
    EXPECT_EQ(reason_phrase(418), "");
}

TEST(http_response, has_a_phrase_for_every_status_we_send) {
    for (const unsigned status :
         {200, 201, 202, 204, 206, 300, 302, 304, 400, 401, 403, 404, 405, 408, 409,
          410, 411, 413, 414, 415, 416, 417, 431, 500, 501, 502, 503, 504, 505}) {
        EXPECT_FALSE(reason_phrase(status).empty()) << status;
    }
}

TEST(http_response, writes_dates) {
    const struct {
        sys_seconds time;
        const char* text;
    } rows[] = {
        {sys_days(1994y / November / 6) + 8h + 49min + 37s, "Sun, 06 Nov 1994 08:49:37 GMT"},
        {sys_seconds(0s), "Thu, 01 Jan 1970 00:00:00 GMT"},
        {sys_seconds(-1s), "Wed, 31 Dec 1969 23:59:59 GMT"},
        {sys_days(2024y / February / 29) + 12h, "Thu, 29 Feb 2024 12:00:00 GMT"},
        {sys_days(2026y / May / 30) + 23h + 59min + 59s, "Sat, 30 May 2026 23:59:59 GMT"},
        {sys_days(9999y / December / 31), "Fri, 31 Dec 9999 00:00:00 GMT"},
    };
    for (const auto& row : rows) EXPECT_EQ(http_date(row.time).text(), row.text);
}

}  // namespace
}  // namespace glimt::http
