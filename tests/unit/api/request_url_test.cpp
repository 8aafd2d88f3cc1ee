// SPDX-License-Identifier: Apache-2.0
#include "api/request_url.hpp"

#include "api_fixture.hpp"

using namespace glimt;

namespace {

// What Glance does with the usual headers is in glance_test; here is where we differ, see
// request_url.hpp, and what the recording cannot show.
TEST(request_url_test, takes_what_is_meant) {
    struct url_case {
        const char* what;
        glimt::testing::header_list headers;
        const char* url;
    };
    const url_case cases[] = {
        {"a list of schemes", {{"X-Forwarded-Proto", "https, http"}}, "https://h:1"},
        {"a list of hosts", {{"X-Forwarded-Host", "a.example, b"}}, "http://a.example"},
        {"an unknown scheme", {{"X-Forwarded-Proto", "javascript"}}, "http://h:1"},
        {"a scheme in capitals", {{"X-Forwarded-Proto", "HTTPS"}}, "https://h:1"},
        {"a quoted host", {{"Forwarded", "host=\"q.example:1\""}}, "http://q.example:1"},
        {"nothing behind the name", {{"Forwarded", "host=;proto"}}, "http://h:1"},
        {"only semicolons", {{"Forwarded", ";;,"}}, "http://h:1"},
        {"an empty Forwarded", {{"Forwarded", ""}, {"X-Forwarded-Host", "a"}}, "http://a"},
        {"a prefix without its slash", {{"X-Forwarded-Prefix", "image"}}, "http://h:1/image/s"},
        {"a prefix before the one that was stripped",
         {{"X-Forwarded-Prefix", "/p"}},
         "http://h:1/p/s"},
        {"bytes that have no place in a URL",
         {{"X-Forwarded-Prefix", "/a\"\xff"}},
         "http://h:1/a%22%FF/s"},
    };
    settings options;
    options.enable_proxy_headers_parsing = true;
    for (const url_case& one : cases) {
        SCOPED_TRACE(one.what);
        glimt::testing::plain_request asked{"GET", "/", one.headers};
        asked.headers.emplace_back("Host", "h:1");
        request_head head = asked.head();
        const bool prefixed = std::string_view(one.url).ends_with("/s");
        if (prefixed) head.script_name = "/s";
        EXPECT_EQ(request_url(head, options), one.url);
    }
}

TEST(request_url_test, knows_itself_without_a_host) {
    settings options;
    options.bind_port = 9393;
    const glimt::testing::plain_request asked{"GET", "/", {{"Host", ""}}};
    EXPECT_EQ(request_url(asked.head(), options), "http://127.0.0.1:9393");
    options.listen = {{.type = listen_address::kind::unix_, .path = "/run/glimt"},
                      {.port = 9494},
                      {.host = "::1", .port = 60999},
                      {.host = "127.0.0.1", .port = 9595}};
    EXPECT_EQ(request_url(asked.head(), options), "http://[::1]:60999");
    options.listen.erase(options.listen.begin() + 2);
    EXPECT_EQ(request_url(asked.head(), options), "http://127.0.0.1:9595");
}

}  // namespace
