// SPDX-License-Identifier: Apache-2.0
#include "core/secrets.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace glimt {
namespace {

using namespace std::string_view_literals;

std::string masked(std::string_view text) {
    std::string result(text);
    mask_secrets(result);
    return result;
}

struct secret_case {
    const char* what;
    std::string_view text, expect;
};

// What oslo_utils.strutils.mask_password 6.0.1 answers, asked on Debian 12.
const secret_case as_oslo[] = {
    {"up to the blank", "password=abc def", "password=*** def"},
    {"blanks around", "'adminPass' : 'x y'", "'adminPass' : '***'"},
    {"option", "--password abc", "--password ***"},
    {"unicode prefix", "{'auth_token': u'abc'}", "{'auth_token': u'***'}"},
    {"quoted", "password = \"abc def\" x", "password = \"***\" x"},
    {"end of a longer name", "admin_password=abc&x=y", "admin_password=***"},
    {"XML", "<adminPass>xx</adminPass>", "<adminPass>***</adminPass>"},
    {"single quotes", "token='abc'", "token='***'"},
    {"no separator", "password abc", "password abc"},
    {"other names", "pass_word=1 secret_uuid=3 sys_pswd=1",
     "pass_word=1 secret_uuid=*** sys_pswd=***"},
    {"digits after the name", "password1=a secret22='b'", "password1=*** secret22='***'"},
    {"before a quote", "token \"abc\"", "token \"***\""},
};

const secret_case ours[] = {
    {"header", "X-Auth-Token: abc.def more", "X-Auth-Token: *** more"},
    {"header in lower case", "x-service-token:abc", "x-service-token:***"},
    {"two headers", "X-Subject-Token: a\r\nX-Other: b", "X-Subject-Token: ***\r\nX-Other: b"},
    {"JSON header", R"({"X-Auth-Token": "abc", "a": "b"})", R"({"X-Auth-Token": "***", "a": "b"})"},
    {"header pairs", R"([("X-Auth-Token", "abc"), ("a", "b")])",
     R"([("X-Auth-Token", "***"), ("a", "b")])"},
    {"basic", "Authorization: Basic dXNlcjpw\r\nHost: x", "Authorization: ***\r\nHost: x"},
    {"AWS", "authorization: AWS4-HMAC-SHA256 Credential=a, Signature=b", "authorization: ***"},
    {"quoted authorization", "-H 'Authorization: Bearer a b' url", "-H 'Authorization: ***' url"},
    {"bearer elsewhere", "token: Bearer abc next", "token: *** next"},
    {"cookie", "Set-Cookie: a=b; c=d", "Set-Cookie: ***"},
    {"JSON in JSON", R"("{\"password\": \"a b\", \"x\": 1}")",
     R"("{\"password\": \"***\", \"x\": 1}")"},
    {"escaped quote in a value", R"("password": "a\"b", "x": "y")",
     R"("password": "***", "x": "y")"},
    {"never closed", "password='abc def", "password='***"},
    {"ends at the separator", "password=", "password="},
    {"ends at the quote", "password='", "password='"},
    {"empty value", "password='' x='y'", "password='' x='y'"},
    {"object", R"({"password": {"user": {"password": "x"}}})",
     R"({"password": {"user": {"password": "***"}}})"},
    {"number", R"({"secret": 12, "a": 1})", R"({"secret": *** "a": 1})"},
    {"arrow", "password => abc", "password => ***"},
    {"database URL", "mysql+pymysql://glance:s3cr:et@db/glance",
     "mysql+pymysql://glance:***@db/glance"},
    {"at sign in the password", "http://u:p@ss@h:1/x", "http://u:***@h:1/x"},
    {"no password", "ssh://git@host/x", "ssh://git@host/x"},
    {"no user", "http://host:9292/v2/images?x=a:b@c", "http://host:9292/v2/images?x=a:b@c"},
    {"two URLs", "http://a:b@c http://d:e@f/", "http://a:***@c http://d:***@f/"},
    {"rabbit hosts", "rabbit://u:p@h1:5672,u2:p2@h2:5672/", "rabbit://u:***@h2:5672/"},
    {"s3 key with a slash", "s3+https://AKIA:ab/cd+e@host/bucket/key",
     "s3+https://AKIA:***@host/bucket/key"},
    {"swift key", "swift+https://tenant:user:k/ey@host/v1/c/o",
     "swift+https://tenant:***@host/v1/c/o"},
    {"presigned", "GET /b/k?X-Amz-Date=1&X-Amz-Signature=0a1b HTTP/1.1",
     "GET /b/k?X-Amz-Date=1&X-Amz-Signature=*** HTTP/1.1"},
    {"presigned, old", "/b?AWSAccessKeyId=A&Signature=x%2B", "/b?AWSAccessKeyId=A&Signature=***"},
    {"temporary URL", "/v1/a?temp_url_sig=1f&temp_url_expires=2", "/v1/a?temp_url_sig=***"},
    {"store options", "s3_store_secret_key = abc", "s3_store_secret_key = ***"},
    {"Fernet", "validating gAAAAABk-x_y== for u", "validating *** for u"},
    {"Fernet in a path", "/v3/tokens/gAAAAABk%3D%3D/x", "/v3/tokens/***/x"},
    {"Fernet, cut", "got gAAAA", "got ***"},
    {"JWS", "got eyJhbGciOi.eyJzdWIi.c2ln-_ ok", "got *** ok"},
    {"masked already", "password=*** http://a:***@b", "password=*** http://a:***@b"},
};

const secret_case left_alone[] = {
    {"empty", "", ""},
    {"ordinary", "GET /v2/images/6b7f -> 200 in 3.2 ms (client 10.0.0.1:4711)", ""},
    {"names inside words", "tokens=5 passwords: 3 secretary=x keyboard: y", ""},
    {"image properties", "img_signature=abc img_signature_key_type='RSA-PSS'", ""},
    {"words alone", "the token has expired; no password", ""},
    {"other base64", "etag eyJ gAAA hash=AAAAgAAA", ""},
    {"not closed tag", "password>x", ""},
    {"any bytes", "\xff\x00\x80=://\"\xc3"sv, ""},
    {"lonely marks", "= : -- \" ' < > :// @", ""},
};

template <std::size_t N>
void check(const secret_case (&cases)[N]) {
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        EXPECT_EQ(masked(c.text), c.expect);
        EXPECT_EQ(masked(c.expect), c.expect);
    }
}

TEST(mask_secrets, masks_what_oslo_masks) { check(as_oslo); }

TEST(mask_secrets, masks_what_glance_s_world_adds) { check(ours); }

TEST(mask_secrets, leaves_ordinary_lines_alone) {
    for (const auto& c : left_alone) {
        SCOPED_TRACE(c.what);
        EXPECT_EQ(masked(c.text), c.text);
    }
}

TEST(mask_secrets, shows_nothing_of_a_secret_wherever_the_line_was_cut) {
    for (const auto& c : ours) {
        SCOPED_TRACE(c.what);
        for (std::size_t size = 0; size <= c.text.size(); ++size) {
            // What is left of the secret must not survive: only the mask's text may differ.
            const auto result = masked(c.text.substr(0, size));
            EXPECT_EQ(result.find("dXNl"), result.npos);
            EXPECT_EQ(result.find("gAAAA"), result.npos);
        }
    }
}

// Quadratic work on this much would take minutes; the limit leaves room for sanitizers.
TEST(mask_secrets, takes_linear_time) {
    const std::string_view pieces[] = {
        "s3://", "http://a:", "password", "password ", "password='", "\"",  "\\", "--",
        "<",     "gAAAA",     "eyJ.",     "token = ",  "a:b@",       "://", " ",  "1"};
    for (const auto piece : pieces) {
        SCOPED_TRACE(piece);
        std::string text = "password ";
        while (text.size() < 128 * 1024) text += piece;
        const auto began = std::chrono::steady_clock::now();
        mask_secrets(text);
        EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
    }
}

}  // namespace
}  // namespace glimt
