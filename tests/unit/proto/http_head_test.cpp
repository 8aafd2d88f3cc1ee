// SPDX-License-Identifier: Apache-2.0
#include "proto/http_head.hpp"

#include "unit/proto/http_session_driver.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace glimt::http {
namespace {

using namespace std::string_literals;

session_driver::account drive(std::string_view first, std::string_view second = {}) {
    session_driver driver;
    driver.feed(first);
    driver.feed(second);
    return driver.seen();
}

session_driver::account drive_bytewise(std::string_view bytes) {
    session_driver driver;
    for (std::size_t at = 0; at < bytes.size(); ++at) driver.feed(bytes.substr(at, 1));
    return driver.seen();
}

// What a session makes of the bytes, having checked that no cut changes it.
session_driver::account drive_however_cut(std::string_view bytes) {
    const auto whole = drive(bytes);
    EXPECT_EQ(drive_bytewise(bytes), whole);
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        EXPECT_EQ(drive(bytes.substr(0, cut), bytes.substr(cut)), whole) << "cut at " << cut;
    }
    return whole;
}

struct refused_case {
    const char* what;
    unsigned status;
    std::string bytes;
};

// Behind every row, where its would-be body or the next head is, stands a request nobody may see.
const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

std::string get(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

std::string get_with(const std::string& fields) {
    return "GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

std::string post(const std::string& fields, const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n" + body;
}

// A chunked body that ends before the smuggled request, or holds it, as one reads it.
std::string coded(const std::string& coding) {
    return post("Transfer-Encoding: " + coding + "\r\n", "0\r\n\r\n");
}

void expect_refused(const refused_case& row) {
    SCOPED_TRACE(row.what);
    const auto seen = drive_however_cut(row.bytes + smuggled);
    EXPECT_EQ(seen.status, row.status);
    EXPECT_TRUE(seen.closed);
    EXPECT_TRUE(seen.requests.empty());
}

// ecosystem.md 6.2: what Beast 1.81 accepts and the gate must not.
TEST(http_head, refuses_what_the_parser_below_lets_through) {
    const refused_case rows[] = {
        {"coding identity", 501, coded("identity")},
        {"coding xchunked", 400, coded("xchunked")},
        {"chunked, identity", 400, coded("chunked, identity")},
        {"chunked, chunked", 400, coded("chunked, chunked")},
        {"0xA0 before chunked", 400, coded("\xa0"s + "chunked")},
        {"0xA0 after chunked", 400, coded("chunked\xa0"s)},
        {"0xFF after chunked", 400, coded("chunked\xff"s)},
        {"gzip, chunked", 501, coded("gzip, chunked")},
        {"empty element before chunked", 400, coded(",chunked")},
        {"empty element after chunked", 400, coded("chunked,")},
        {"coding in HTTP/1.0", 400,
         "POST / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\nTransfer-Encoding: "
         "chunked\r\n\r\n"
         "0\r\n\r\n"},
        {"no Host", 400, "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n"},
        {"no field at all", 400, "GET / HTTP/1.1\r\n\r\n"},
        {"two Hosts", 400, get_with("Host: other\r\n")},
        {"the same Host twice", 400, get_with("Host: h\r\n")},
        {"two Hosts in HTTP/1.0", 400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"},
        {"folded field", 400, get_with("X-A: b\r\n c\r\n")},
        {"folded with a tab", 400, get_with("X-A: b\r\n\tc\r\n")},
        {"folded, nothing on the first line", 400, get_with("X-A:\r\n b\r\n")},
        {"folded, nothing on the second line", 400, get_with("X-A: b\r\n \r\n")},
        {"folded, nothing at all", 400, get_with("X-A: \r\n \r\n")},
        {"folded coding", 400, coded("\r\n chunked")},
        {"folded coding, twice", 400, coded("chunked\r\n \r\n\t")},
        {"folded length", 400, post("Content-Length: \r\n 5\r\n", "01234")},
        {"blank before the first field", 400, "GET / HTTP/1.1\r\n Host: h\r\n\r\n"},
        {"UTF-8 in the target", 400, get("/\xc3\xa9")},
        {"0x80 in the query", 400, get("/?a=\x80")},
        {"0xFF in the target", 400, get("/\xff")},
        {"fragment", 400, get("/a#b")},
        {"target without slash", 400, get("!")},
        {"method in lower case", 400, "get / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"method partly in lower case", 400, "GeT / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"relative target", 400, get("v2/images")},
        {"equal lengths in a list", 400, post("Content-Length: 5, 5\r\n", "01234")},
        {"equal lengths twice", 400, post("Content-Length: 5\r\nContent-Length: 5\r\n", "01234")},
    };
    for (const auto& row : rows) expect_refused(row);
}

TEST(http_head, refuses_unclear_bodies) {
    const refused_case rows[] = {
        {"length and coding", 400,
         post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        {"coding and length", 400,
         post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
        {"coding not chunked, and length", 400,
         post("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", "01234")},
        {"differing lengths", 400, post("Content-Length: 5\r\nContent-Length: 6\r\n", "01234")},
        {"differing lengths in a list", 400, post("Content-Length: 5, 6\r\n", "01234")},
        {"length with plus", 400, post("Content-Length: +5\r\n", "01234")},
        {"length with minus", 400, post("Content-Length: -5\r\n", "01234")},
        {"length -0", 400, post("Content-Length: -0\r\n", "")},
        {"hexadecimal length", 400, post("Content-Length: 0x5\r\n", "01234")},
        {"length with underscore", 400, post("Content-Length: 1_0\r\n", "0123456789")},
        {"length with a letter", 400, post("Content-Length: 5x\r\n", "01234")},
        {"fraction", 400, post("Content-Length: 5.0\r\n", "01234")},
        {"empty length", 400, post("Content-Length:\r\n", "")},
        {"blank inside a length", 400, post("Content-Length: 1 0\r\n", "0123456789")},
        {"length 2^63", 400, post("Content-Length: 9223372036854775808\r\n", "")},
        {"length 2^64", 400, post("Content-Length: 18446744073709551616\r\n", "")},
        {"length 2^64 + 5", 400, post("Content-Length: 18446744073709551621\r\n", "01234")},
        {"coding twice", 400,
         post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        {"coding twice, the second unknown", 400,
         post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", "0\r\n\r\n")},
        {"coding twice, the first known", 400,
         post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        {"empty coding", 400, coded("")},
        {"quoted chunked", 400, coded("\"chunked\"")},
        {"chunked with a parameter", 400, coded("chunked;q=1")},
        {"two words", 400, coded("x chunked")},
        {"vertical tab before chunked", 400, coded("\x0b"s + "chunked")},
        {"NUL after chunked", 400, coded("chunked\0"s)},
        {"gzip", 501, coded("gzip")},
        {"x-gzip", 501, coded("x-gzip")},
        {"deflate", 501, coded("Deflate")},
        {"compress", 501, coded("compress")},
        {"two that exist", 501, coded("gzip, deflate, chunked")},
        {"chunked before gzip", 400, coded("chunked, gzip")},
    };
    for (const auto& row : rows) expect_refused(row);
}

TEST(http_head, refuses_broken_lines_and_fields) {
    const refused_case rows[] = {
        {"blank before the colon", 400, post("Content-Length : 5\r\n", "01234")},
        {"tab before the colon", 400, get_with("X-A\t: b\r\n")},
        {"blank before the colon of a coding", 400,
         post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")},
        {"no colon", 400, get_with("X-A\r\n")},
        {"empty name", 400, get_with(": b\r\n")},
        {"parenthesis in a name", 400, get_with("X(A): b\r\n")},
        {"0xC3 in a name", 400, get_with("X\xc3: b\r\n")},
        {"NUL in a name", 400, get_with("X\0A: b\r\n"s)},
        {"NUL in a value", 400, get_with("X-A: b\0c\r\n"s)},
        {"NUL in the target", 400, get("/a\0b"s)},
        {"DEL in a value", 400, get_with("X-A: b\x7f\r\n")},
        {"control byte in a value", 400, get_with("X-A: b\x01\r\n")},
        {"bare CR in a value", 400, get_with("X-A: b\rc\r\n")},
        {"bare CR before a field", 400, get_with("\rX-A: b\r\n")},
        {"CR CR LF", 400, get_with("X-A: b\r\r\n")},
        {"bare LF ends the request line", 400, "GET / HTTP/1.1\nHost: h\r\n\r\n"},
        {"bare LF ends a field", 400, get_with("X-A: b\nX-C: d\r\n")},
        {"bare LF everywhere", 400, "GET / HTTP/1.1\nHost: h\n\n"},
        {"bare LF ends the head", 400, "GET / HTTP/1.1\r\nHost: h\r\n\n"},
        {"LF first", 400, "\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"five empty lines first", 400, "\r\n\r\n\r\n\r\n\r\n" + get("/")},
        {"two blanks after the method", 400, "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"tab after the method", 400, "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"two blanks before the version", 400, "GET /  HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"blank at the line's end", 400, "GET / HTTP/1.1 \r\nHost: h\r\n\r\n"},
        {"blank at the line's beginning", 400, " GET / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"control byte in the target", 400, get("/\x01")},
        {"DEL in the target", 400, get("/\x7f")},
        {"no token as method", 400, "G(T / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"no target", 400, "GET HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"no version", 400, "GET /\r\nHost: h\r\n\r\n"},
        {"lower case version", 400, "GET / http/1.1\r\nHost: h\r\n\r\n"},
        {"version without a dot", 400, "GET / HTTP/11\r\nHost: h\r\n\r\n"},
        {"version with three digits", 400, "GET / HTTP/1.10\r\nHost: h\r\n\r\n"},
        {"another protocol", 400, "GET / HTCPCP/1.0\r\nHost: h\r\n\r\n"},
        {"HTTP/0.9", 505, "GET / HTTP/0.9\r\nHost: h\r\n\r\n"},
        {"HTTP/1.2", 505, "GET / HTTP/1.2\r\nHost: h\r\n\r\n"},
        {"HTTP/2.0", 505, "GET / HTTP/2.0\r\nHost: h\r\n\r\n"},
        {"preface of HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
        {"Connection that is no list", 400, get_with("Connection: a b\r\n")},
    };
    for (const auto& row : rows) expect_refused(row);
}

TEST(http_head, refuses_odd_targets_hosts_and_expectations) {
    const refused_case rows[] = {
        {"encoded NUL", 400, get("/a%00b")},
        {"escape of no digits", 400, get("/%zz")},
        {"escape cut short", 400, get("/a%4")},
        {"lone percent", 400, get("/a%")},
        {"asterisk for GET", 400, get("*")},
        {"asterisk and more", 400, "OPTIONS *a HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"absolute-form of another scheme", 400, get("ftp://h/a")},
        {"absolute-form without a host", 400, get("http:///a")},
        {"absolute-form with a user", 400, get("http://u@h/a")},
        {"absolute-form with one slash", 400, get("http:/h/a")},
        {"authority-form for GET", 400, get("h:80")},
        {"CONNECT", 501, "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"CONNECT with a path", 501, "CONNECT / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"blank in Host", 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
        {"two hosts joined", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
        {"slash in Host", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
        {"user in Host", 400, "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n"},
        {"UTF-8 in Host", 400, "GET / HTTP/1.1\r\nHost: \xc3\xa9\r\n\r\n"},
        {"bad Host in HTTP/1.0", 400, "GET / HTTP/1.0\r\nHost: a b\r\n\r\n"},
        {"unknown expectation", 417, post("Expect: 200-ok\r\nContent-Length: 5\r\n", "01234")},
        {"two expectations", 417, get_with("Expect: 100-continue\r\nExpect: x\r\n")},
    };
    for (const auto& row : rows) expect_refused(row);
}

struct accepted_case {
    const char* what;
    std::string bytes;
    std::vector<session_driver::request> requests;
    bool closed = false;
};

TEST(http_head, reads_good_requests_one_after_another) {
    const accepted_case rows[] = {
        {"one", get("/a"), {{"GET", "/a", "", true}}},
        {"two", get("/a") + get("/b?c"), {{"GET", "/a", "", true}, {"GET", "/b", "", true}}},
        {"length",
         post("Content-Length: 5\r\n", "01234") + get("/b"),
         {{"POST", "/", "01234", true}, {"GET", "/b", "", true}}},
        {"length 0",
         post("Content-Length: 0\r\n", "") + get("/b"),
         {{"POST", "/", "", true}, {"GET", "/b", "", true}}},
        {"a body that looks like a request",
         post("Content-Length: " + std::to_string(smuggled.size()) + "\r\n", smuggled),
         {{"POST", "/", smuggled, true}}},
        {"body not whole", post("Content-Length: 5\r\n", "012"), {{"POST", "/", "012", false}}},
        {"chunked",
         coded("chunked") + get("/b"),
         {{"POST", "/", "", true}, {"GET", "/b", "", true}}},
        {"chunked, any case and blanks",
         post("transfer-encoding:\t ChunKed \r\n", "5\r\n01234\r\n0\r\n\r\n") + get("/b"),
         {{"POST", "/", "01234", true}, {"GET", "/b", "", true}}},
        {"empty lines first", "\r\n\r\n\r\n\r\n" + get("/a"), {{"GET", "/a", "", true}}},
        {"empty line between",
         get("/a") + "\r\n" + get("/b"),
         {{"GET", "/a", "", true}, {"GET", "/b", "", true}}},
        {"close", get_with("Connection: close\r\n") + get("/b"), {{"GET", "/", "", true}}, true},
        {"HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n" + get("/b"), {{"GET", "/a", "", true}}, true},
        {"escapes", get("/%2e%2E/%C3%A9+%25?%zz"), {{"GET", "/../\xc3\xa9+%", "", true}}},
        {"any token as method",
         "M-S!#$%&'*+.^_`|~1 /a HTTP/1.1\r\nHost: h\r\n\r\n",
         {{"M-S!#$%&'*+.^_`|~1", "/a", "", true}}},
        {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", {{"OPTIONS", "*", "", true}}},
        {"absolute-form", get("HTTP://x:1/a"), {{"GET", "/a", "", true}}},
        {"two slashes are a path", get("//x/a"), {{"GET", "//x/a", "", true}}},
        {"what URLs may not hold but clients send",
         get("/<\">\\^`{|}"),
         {{"GET", "/<\">\\^`{|}", "", true}}},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.what);
        const session_driver::account wanted{row.requests, 0, row.closed};
        EXPECT_EQ(drive_however_cut(row.bytes), wanted);
    }
}

TEST(http_head, broken_chunks_end_the_session_before_a_second_request) {
    for (const std::string body : {"0x5\r\n01234\r\n0\r\n\r\n", "5\n01234\r\n0\r\n\r\n",
                                   "5\r\n012345\r\n0\r\n\r\n", "-1\r\n\r\n", "\r\n\r\n"}) {
        SCOPED_TRACE(body);
        const auto seen =
            drive_however_cut(post("Transfer-Encoding: chunked\r\n", body) + smuggled);
        EXPECT_EQ(seen.status, 400u);
        ASSERT_EQ(seen.requests.size(), 1u);
        EXPECT_FALSE(seen.requests[0].whole);
    }
}

request_head parsed(const std::string& bytes) {
    request_head head;
    EXPECT_EQ(parse_head(bytes, {}, head), std::nullopt) << bytes;
    return head;
}

TEST(http_head, fills_the_whole_value) {
    const std::string bytes =
        "\r\nPUT http://x:1?q=%00&r?s HTTP/1.1\r\nHost: h:9292\r\nX-A: \t b c\t \r\n"
        "X-Empty:\r\nX-a: \xe9\r\ncontent-length: 9223372036854775807\r\nExpect: "
        "100-Continue\r\n\r\n";
    request_head head;
    head.scheme = "https";
    head.remote_address = "192.0.2.1";
    head.script_name = "/left/over";
    head.unfolded.emplace_back("left over");
    head.headers.push_back({"left", "over"});
    ASSERT_EQ(parse_head(bytes, {}, head), std::nullopt);
    EXPECT_EQ(head.method, "PUT");
    EXPECT_EQ(head.path, "/");
    EXPECT_EQ(head.query, "q=%00&r?s");
    EXPECT_EQ(head.host, "x:1");
    EXPECT_EQ(head.scheme, "https");
    EXPECT_EQ(head.remote_address, "192.0.2.1");
    EXPECT_EQ(head.script_name, "");
    EXPECT_TRUE(head.unfolded.empty());
    EXPECT_EQ(head.body, body_kind::length);
    EXPECT_EQ(head.body_bytes, 9223372036854775807u);
    EXPECT_TRUE(head.expects_continue);
    EXPECT_TRUE(head.keep_alive);
    EXPECT_FALSE(head.http_1_0);
    ASSERT_EQ(head.headers.size(), 6u);
    EXPECT_EQ(head.find("x-a")->value, "b c");
    EXPECT_EQ(head.find("x-empty")->value, "");
    EXPECT_EQ(head.find("x-missing"), nullptr);
    EXPECT_EQ(head.headers[3].name, "X-a");
    EXPECT_EQ(head.headers[3].value, "\xe9");
}

TEST(http_head, an_origin_form_target_leaves_the_host_field_alone) {
    EXPECT_EQ(parsed("GET / HTTP/1.1\r\nHost: [::1]:9292\r\n\r\n").host, "[::1]:9292");
    EXPECT_EQ(parsed("GET / HTTP/1.1\r\nHost:\r\n\r\n").host, "");
    EXPECT_EQ(parsed("GET / HTTP/1.0\r\n\r\n").host, "");
}

TEST(http_head, knows_whether_the_client_wants_to_go_on) {
    const struct {
        const char* version;
        const char* fields;
        bool keep_alive;
    } rows[] = {
        {"1.1", "", true},
        {"1.1", "Connection: keep-alive\r\n", true},
        {"1.1", "Connection: Close\r\n", false},
        {"1.1", "Connection: TE, ,close\r\n", false},
        {"1.1", "Connection: x\r\nConnection: close\r\n", false},
        {"1.1", "Connection: closed\r\n", true},
        {"1.1", "Proxy-Connection: close\r\n", true},
        {"1.0", "", false},
        {"1.0", "Connection: Keep-Alive\r\n", true},
        {"1.0", "Connection: keep-alive, close\r\n", false},
        {"1.0", "Connection: upgrade\r\n", false},
    };
    for (const auto& row : rows) {
        const auto bytes = "GET / HTTP/"s + row.version + "\r\nHost: h\r\n" + row.fields + "\r\n";
        EXPECT_EQ(parsed(bytes).keep_alive, row.keep_alive) << bytes;
    }
}

TEST(http_head, continues_only_for_a_body_that_comes) {
    const struct {
        const char* version;
        const char* fields;
        bool expects_continue;
    } rows[] = {
        {"1.1", "Content-Length: 1\r\n", true},  {"1.1", "Transfer-Encoding: chunked\r\n", true},
        {"1.1", "Content-Length: 0\r\n", false}, {"1.1", "", false},
        {"1.0", "Content-Length: 1\r\n", false},
    };
    for (const auto& row : rows) {
        const auto bytes = "PUT / HTTP/"s + row.version +
                           "\r\nHost: h\r\nExpect: 100-continue\r\n" + row.fields + "\r\n";
        EXPECT_EQ(parsed(bytes).expects_continue, row.expects_continue) << bytes;
    }
    EXPECT_FALSE(parsed("PUT / HTTP/1.0\r\nExpect: x\r\n\r\n").expects_continue);
}

// The status a session answers when the bytes come one by one and then no more, 0 for none.
unsigned status_with(const head_limits& limits, std::string_view bytes) {
    session_driver driver(limits);
    for (const char c : bytes) driver.feed({&c, 1});
    session_driver at_once(limits);
    at_once.feed(bytes);
    EXPECT_EQ(at_once.seen(), driver.seen());
    return driver.seen().status;
}

TEST(http_head, keeps_its_limits) {
    const auto head = get("/a");
    EXPECT_EQ(status_with({.bytes_max = head.size()}, head), 0u);
    EXPECT_EQ(status_with({.bytes_max = head.size() - 1}, head), 431u);
    EXPECT_EQ(status_with({.bytes_max = 17}, head), 431u);
    EXPECT_EQ(status_with({.bytes_max = 16}, head), 414u);
    EXPECT_EQ(status_with({.bytes_max = 16}, "\r\nGET /aaaaaaaaaaaaaaaaaaaaaaaaa"), 414u);
    EXPECT_EQ(status_with({.fields_max = 2}, get_with("A: b\r\n")), 0u);
    EXPECT_EQ(status_with({.fields_max = 2}, get_with("A: b\r\nC: d\r\n")), 431u);
    EXPECT_EQ(status_with({}, get("/" + std::string(60'000, 'a'))), 0u);
    EXPECT_EQ(status_with({}, get("/" + std::string(70'000, 'a'))), 414u);
    EXPECT_EQ(status_with({}, get_with("A: " + std::string(60'000, 'b') + "\r\n")), 0u);
}

TEST(http_head, a_bare_line_feed_is_refused_as_soon_as_it_comes) {
    for (const std::string bytes :
         {"GET / HTTP/1.1\n", "\n", "\r\n\n", "GET / HTTP/1.1\r\nA: b\n"}) {
        SCOPED_TRACE(bytes);
        head_finder finder;
        EXPECT_EQ(finder.find_end(bytes.substr(0, bytes.size() - 1)), 0u);
        EXPECT_FALSE(finder.error());
        EXPECT_EQ(finder.find_end(bytes), 0u);
        EXPECT_EQ(finder.error(), head_error::malformed);
    }
}

TEST(http_head, a_request_has_begun_with_its_first_byte_but_not_with_empty_lines) {
    head_finder finder;
    finder.find_end("");
    finder.find_end("\r\n\r");
    EXPECT_FALSE(finder.begun());
    finder.find_end("\r\n\r\nG");
    EXPECT_TRUE(finder.begun());
}

TEST(http_head, bytes_that_are_not_one_complete_head_are_refused) {
    request_head head;
    for (const auto& bytes : {""s, "\r\n"s, "GET / HTTP/1.1\r\n"s, "GET"s, get("/") + "x"}) {
        EXPECT_EQ(parse_head(bytes, {}, head), head_error::malformed) << bytes;
    }
}

TEST(http_head, every_error_has_a_status_and_a_sentence) {
    for (int value = 0; value <= static_cast<int>(head_error::unsupported_version); ++value) {
        const auto error = static_cast<head_error>(value);
        EXPECT_GE(status_of(error), 400u);
        EXPECT_TRUE(sentence_of(error).ends_with('.'));
    }
}

std::string read_file(const std::string& name) {
    std::ifstream file(GLIMT_TEST_DATA "/http/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string described(const request_head& head, std::size_t head_bytes) {
    const std::string body = head.body == body_kind::chunked ? "chunked"
                             : head.body == body_kind::length
                                 ? "length:" + std::to_string(head.body_bytes)
                                 : "none";
    std::ostringstream out;
    out << head_bytes << '\t' << head.method << '\t' << head.path << '\t'
        << (head.query.empty() ? "-" : head.query) << '\t' << head.host << '\t' << body << '\t'
        << (head.keep_alive ? "keep" : "close") << '\t' << (head.expects_continue ? "100" : "-")
        << '\t' << head.headers.size();
    return out.str();
}

// What Apache, nginx, HAProxy and Caddy really sent (tests/data/http, recorded from our own
// probes).
TEST(http_head, reads_what_front_ends_send) {
    std::istringstream table(read_file("expected.tsv"));
    std::string line;
    std::getline(table, line);
    unsigned count = 0;
    for (; std::getline(table, line); ++count) {
        SCOPED_TRACE(line);
        const auto tab = line.find('\t');
        const auto bytes = read_file(line.substr(0, tab));
        head_finder finder;
        std::size_t end = 0;
        for (std::size_t n = 0; n <= bytes.size() && end == 0; ++n) {
            end = finder.find_end({bytes.data(), n});
        }
        request_head head;
        ASSERT_EQ(parse_head({bytes.data(), end}, {}, head), std::nullopt);
        EXPECT_EQ(described(head, end), line.substr(tab + 1));
    }
    EXPECT_EQ(count, 102u);
}

}  // namespace
}  // namespace glimt::http
