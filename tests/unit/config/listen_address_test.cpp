// SPDX-License-Identifier: Apache-2.0
#include "config/listen_address.hpp"

#include <gtest/gtest.h>

namespace glimt {
namespace {

using enum listen_address::kind;
using enum wire_protocol;

TEST(listen_address, an_address_reads_and_prints_as_written) {
    const struct {
        const char* what;
        listen_address expect;
        const char* printed;  // nullptr: as it was written
    } cases[] = {
        {"127.0.0.1:9292", {.host = "127.0.0.1", .port = 9292}, nullptr},
        {"[::1]:0", {.host = "::1", .port = 0}, nullptr},
        {"images.example:65535", {.host = "images.example", .port = 65535}, nullptr},
        {":80", {.host = "", .port = 80}, nullptr},
        {"*:80", {.host = "", .port = 80}, ":80"},
        {"unix:/run/a.sock", {.type = unix_, .path = "/run/a.sock"}, nullptr},
        {"/run/a.sock", {.type = unix_, .path = "/run/a.sock"}, "unix:/run/a.sock"},
        {"@glimt", {.type = unix_, .path = "@glimt"}, "unix:@glimt"},
        {":1?protocol=http", {.port = 1, .protocol = http}, nullptr},
        {":1?protocol=auto", {.port = 1}, ":1"},
        {"unix:/s?protocol=uwsgi&mode=660&owner=glance:web",
         {.type = unix_,
          .path = "/s",
          .protocol = uwsgi,
          .mode = 0660,
          .owner = "glance",
          .group = "web"},
         nullptr},
        {"unix:/s?owner=:web", {.type = unix_, .path = "/s", .group = "web"}, nullptr},
        {"unix:/s?owner=7", {.type = unix_, .path = "/s", .owner = "7"}, nullptr},
        {"unix:/s?mode=0777", {.type = unix_, .path = "/s", .mode = 0777}, "unix:/s?mode=777"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        listen_address read;
        EXPECT_EQ(parse_listen_address(c.what, read), "");
        EXPECT_EQ(read, c.expect);
        EXPECT_EQ(to_string(read), c.printed ? c.printed : c.what);
    }
}

TEST(listen_address, what_is_no_address_is_told_apart) {
    const std::string long_path = "unix:/" + std::string(107, 'x');
    const struct {
        const char* what;
        const char* complaint;
    } cases[] = {
        {"", "expected host:port"},
        {"9292", "expected host:port"},
        {"localhost:", "the port is"},
        {"localhost:65536", "the port is"},
        {"localhost:+1", "the port is"},
        {"localhost:1x", "the port is"},
        {"::1:80", "[address]:port"},
        {"[::1:80", "[address]:port"},
        {"unix:", "the path is empty"},
        {"@", "the path is empty"},
        {long_path.c_str(), "longer than 107"},
        {":1?mode=660", "unix sockets only"},
        {":1?owner=me", "unix sockets only"},
        {":1?protocol=ftp", "protocol is"},
        {":1?colour=red", "unknown parameter 'colour'"},
        {":1?protocol", "name=value"},
        {"unix:/s?mode=888", "mode is octal"},
        {"unix:/s?mode=1777", "mode is octal"},
        {"unix:/s?mode=", "mode is octal"},
        {"unix:/s?owner=", "owner is"},
        {"unix:/s?owner=:", "owner is"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        listen_address read;
        EXPECT_NE(parse_listen_address(c.what, read).find(c.complaint), std::string::npos)
            << parse_listen_address(c.what, read);
    }
}

}  // namespace
}  // namespace glimt
