// SPDX-License-Identifier: Apache-2.0
#include "outbound/uri_filter.hpp"

#include <curl/curl.h>

#include <gtest/gtest.h>

#include <memory>
#include <ostream>

using namespace glimt;

namespace {

using reach = uri_filter::reach;
using strings = std::vector<std::string>;
using ports = std::vector<std::uint16_t>;

struct reach_case {
    const char* url;
    reach expected;
};

void expect_reaches(const uri_filter_lists& lists, std::initializer_list<reach_case> cases) {
    const uri_filter filter(lists);
    for (const auto& c : cases) EXPECT_EQ(filter.reach_of(c.url), c.expected) << c.url;
}

TEST(uri_filter, with_its_defaults) {
    expect_reaches({}, {
                           {"http://example.com", reach::outside},
                           {"https://example.com/a?b#c", reach::outside},
                           {"HTTP://EXAMPLE.COM:80/", reach::outside},
                           {"http://example.com:443/", reach::outside},
                           {"http://example.com:/", reach::outside},
                           {"http://user:pass@example.com/", reach::outside},
                           {"http://93.184.216.34/", reach::outside},
                           {"http://[2001:db8::1]:80/", reach::outside},
                           // private networks, on purpose: clouds fetch from their own
                           {"http://10.0.0.1/", reach::outside},
                           {"http://192.168.1.1/", reach::outside},
                           {"http://[fd00::1]/", reach::outside},
                           // names that only look like numbers
                           {"http://3m.com/", reach::outside},
                           {"http://0xdeadbeef.com/", reach::outside},
                           {"http://1.2.3.4.example/", reach::outside},
                           {"http://xn--bcher-kva.example/", reach::outside},
                           {"http://under_score.example/", reach::outside},
                           // a name says nothing of its address
                           {"http://localhost/", reach::outside},

                           {"", reach::nowhere},
                           {"fake_uri", reach::nowhere},
                           {"http:", reach::nowhere},
                           {"http://", reach::nowhere},
                           {"http:///path", reach::nowhere},
                           {"http:example.com", reach::nowhere},
                           {"://example.com", reach::nowhere},
                           {"ftp://example.com/", reach::nowhere},
                           {"file:///etc/passwd", reach::nowhere},
                           {"http://example.com:8080/", reach::nowhere},
                           {"http://example.com:0/", reach::nowhere},
                           {"http://example.com:65536/", reach::nowhere},
                           {"http://example.com:8x/", reach::nowhere},
                           {"http://example.com:+80/", reach::nowhere},
                       });
}

TEST(uri_filter, refuses_this_machine_however_it_is_written) {
    expect_reaches({}, {
                           {"http://127.0.0.1/10", reach::nowhere},
                           {"https://127.0.0.1/", reach::nowhere},
                           {"http://127.255.0.3/", reach::nowhere},
                           {"http://0.0.0.0/10", reach::nowhere},
                           {"http://0.1.2.3/10", reach::nowhere},
                           {"http://169.254.169.254/latest", reach::nowhere},
                           {"http://[::1]/10", reach::nowhere},
                           {"http://[::]/", reach::nowhere},
                           {"http://[fe80::1]/", reach::nowhere},
                           {"http://[febf::1]/", reach::nowhere},
                           {"http://[::ffff:127.0.0.1]/", reach::nowhere},
                           {"http://[::ffff:7f00:1]/", reach::nowhere},
                           {"http://[::ffff:169.254.1.1]/", reach::nowhere},
                           {"http://[::127.0.0.1]/", reach::nowhere},
                           {"http://[64:ff9b::127.0.0.1]/", reach::nowhere},
                           {"http://2130706433/10", reach::nowhere},
                           {"http://0x7f000001/10", reach::nowhere},
                           {"http://0X7F000001/10", reach::nowhere},
                           {"http://017700000001/", reach::nowhere},
                           {"http://127.1/", reach::nowhere},
                           {"http://127.0x0.0.1/", reach::nowhere},
                           {"http://0177.0.0.1/", reach::nowhere},
                           {"http://127.0.0.0x1/", reach::nowhere},
                           {"http://127.0.0.1./", reach::nowhere},
                           {"http://127.0.0.1.:80/", reach::nowhere},
                       });
}

TEST(uri_filter, refuses_what_others_may_read_differently) {
    expect_reaches({}, {
                           {"http://a.example\\@127.0.0.1/", reach::nowhere},
                           {"http://a.example@b.example@c.example/", reach::nowhere},
                           {"http://a example/", reach::nowhere},
                           {"http://a.example/\r\nHost: b", reach::nowhere},
                           {"http://%31%32%37.0.0.1/", reach::nowhere},
                           {"http://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1/", reach::nowhere},
                           {"http://[::1/", reach::nowhere},
                           {"http://::1/", reach::nowhere},
                           {"http://[2001:db8::1]x/", reach::nowhere},
                           {"http://[2001:db8::1%25eth0]/", reach::nowhere},
                           {"http://[example.com]/", reach::nowhere},
                           {"http://[10.0.0.1]/", reach::nowhere},
                           {"http://.../", reach::outside},
                       });
}

TEST(uri_filter, lists_of_what_is_allowed) {
    const uri_filter_lists lists{
        .allowed_schemes = {"http"},
        .disallowed_schemes = {"http"},
        .allowed_hosts = {"Good.example", "10.0.0.1", "127.0.0.1", "2001:DB8::1"},
        .disallowed_hosts = {"good.example"},
        .allowed_ports = {8080},
        .disallowed_ports = {8080},
    };
    expect_reaches(lists, {
                              {"http://good.example/", reach::anywhere},
                              {"http://GOOD.example.:8080/", reach::anywhere},
                              {"http://10.0.0.1/", reach::anywhere},
                              {"http://[::ffff:10.0.0.1]/", reach::anywhere},
                              {"http://127.0.0.1/", reach::anywhere},
                              {"http://[2001:0db8::1]/", reach::anywhere},
                              {"http://2130706433/", reach::nowhere},
                              {"https://good.example/", reach::nowhere},
                              {"http://good.example:80/", reach::nowhere},
                              {"http://other.example/", reach::nowhere},
                              {"http://10.0.0.2/", reach::nowhere},
                              {"http://good.example.evil.example/", reach::nowhere},
                              {"http://good.example@evil.example/", reach::nowhere},
                          });
}

TEST(uri_filter, lists_of_what_is_not) {
    const uri_filter_lists lists{
        .allowed_schemes = {},
        .disallowed_schemes = {"ftp"},
        .allowed_hosts = {},
        .disallowed_hosts = {"bad.example", "10.0.0.1", "2001:db8::1"},
        .allowed_ports = {},
        .disallowed_ports = {22},
    };
    expect_reaches(lists, {
                              {"gopher://example.com/", reach::outside},
                              {"http://example.com:8080/", reach::outside},
                              {"http://10.0.0.2/", reach::outside},
                              {"ftp://example.com/", reach::nowhere},
                              {"http://example.com:22/", reach::nowhere},
                              {"http://BAD.example/", reach::nowhere},
                              {"http://bad.example./", reach::nowhere},
                              {"http://10.0.0.1/", reach::nowhere},
                              {"http://[::ffff:10.0.0.1]/", reach::nowhere},
                              {"http://[2001:db8:0::1]/", reach::nowhere},
                          });
    const uri_filter filter(lists);
    EXPECT_FALSE(filter.allows(*ip_address::parse("10.0.0.1")));
    EXPECT_FALSE(filter.allows(*ip_address::parse("::ffff:10.0.0.1")));
    EXPECT_FALSE(filter.allows(*ip_address::parse("127.0.0.1")));
    EXPECT_TRUE(filter.allows(*ip_address::parse("10.0.0.2")));
}

// Whoever connects reads the same host in it as whoever judges.
TEST(uri_filter, reads_urls_as_curl_does) {
    const char* urls[] = {"http://example.com",
                          "http://EXAMPLE.com:80/a@b",
                          "https://user:pass@example.com:443/?a=b@c",
                          "http://a.example?@b.example/",
                          "http://a.example#@b.example/",
                          "http://a.example?x",
                          "http://a.example/..//@b",
                          "http://u:p:q@a.example/",
                          "http://93.184.216.34:80/",
                          "http://[2001:DB8::1]:443/",
                          "http://under_score.example/",
                          "http://a-b.example./"};
    for (const char* text : urls) {
        const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(),
                                                                      &curl_url_cleanup);
        ASSERT_EQ(curl_url_set(url.get(), CURLUPART_URL, text, 0), CURLUE_OK) << text;
        char* host = nullptr;
        ASSERT_EQ(curl_url_get(url.get(), CURLUPART_HOST, &host, 0), CURLUE_OK) << text;
        const std::unique_ptr<char, decltype(&curl_free)> owned(host, &curl_free);
        const auto place = place_of(text);
        ASSERT_TRUE(place) << text;
        const bool bracketed = place->host.find(':') != std::string::npos;
        EXPECT_STRCASEEQ((bracketed ? "[" + place->host + "]" : place->host).c_str(), host);
    }
}

}  // namespace
