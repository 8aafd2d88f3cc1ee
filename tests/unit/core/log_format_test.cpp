// SPDX-License-Identifier: Apache-2.0
#include "core/log_format.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

namespace glimt {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

// Lines are in local time: here three hours east of Greenwich.
class log_format : public testing::Test {
protected:
    void SetUp() override {
        if (const char* zone = ::getenv("TZ")) before_ = zone;
        set_zone("EAT-3");
    }
    void TearDown() override { set_zone(before_.c_str()); }

    static log_entry entry(std::string_view message) {
        return {.when = wall_time(1795487436s + 123'456'789ns),
                .process = 8093,
                .how = severity::info,
                .component = "glimt.server",
                .context = {},
                .message = message};
    }
    static std::string text(const log_entry& from) {
        std::string line;
        append_text_line(line, from);
        return line;
    }
    static std::string json(const log_entry& from) {
        std::string line;
        append_json_line(line, from);
        return line;
    }

private:
    static void set_zone(const char* zone) {
        *zone ? ::setenv("TZ", zone, 1) : ::unsetenv("TZ");
        ::tzset();
    }
    std::string before_;
};

// The layout after the date is what oslo.log 5.0.1 printed on Debian 12 for the same record.
TEST_F(log_format, text_is_oslo_s_default_layout) {
    EXPECT_EQ(text(entry("listening")),
              "2026-11-24 05:30:36.123 8093 INFO glimt.server [-] listening\n");
    auto request = entry("with context");
    request.context = {
        .request_id = "req-1", .global_request_id = "", .user_id = "u1", .project_id = "p1"};
    EXPECT_EQ(text(request),
              "2026-11-24 05:30:36.123 8093 INFO glimt.server [None req-1 u1 p1 - - - -] "
              "with context\n");
    request.context = {
        .request_id = "", .global_request_id = "req-g", .user_id = "", .project_id = ""};
    EXPECT_EQ(text(request),
              "2026-11-24 05:30:36.123 8093 INFO glimt.server [req-g None - - - - - -] "
              "with context\n");
}

TEST_F(log_format, text_has_the_date_that_is_asked_for) {
    std::string line;
    append_text_line(line, entry("x"), "%d/%m/%y %H-%M-%S %z");
    EXPECT_EQ(line, "24/11/26 05-30-36 +0300.123 8093 INFO glimt.server [-] x\n");
    for (const std::string& odd : {std::string(), std::string(1000, 'x')}) {
        line.clear();
        append_text_line(line, entry("x"), odd.c_str());
        EXPECT_EQ(line, ".123 8093 INFO glimt.server [-] x\n");
    }
}

TEST_F(log_format, json_has_oslo_s_keys) {
    EXPECT_EQ(json(entry("listening")),
              "{\"message\": \"listening\", \"asctime\": \"2026-11-24 05:30:36,123\", "
              "\"name\": \"glimt.server\", \"levelname\": \"INFO\", \"levelno\": 20, "
              "\"created\": 1795487436.123456, \"msecs\": 123, \"process\": 8093, "
              "\"context\": {}}\n");
    auto request = entry("x");
    request.context = {
        .request_id = "req-1", .global_request_id = "", .user_id = "u1", .project_id = "p1"};
    const auto context = boost::json::parse(json(request)).at("context");
    EXPECT_EQ(boost::json::serialize(context),
              R"({"request_id":"req-1","global_request_id":null,"user":"u1","project_id":"p1"})");
}

TEST_F(log_format, severities_have_python_s_names_and_numbers) {
    const struct {
        severity how;
        const char* name;
        int number;
    } cases[] = {{severity::debug, "DEBUG", 10},
                 {severity::info, "INFO", 20},
                 {severity::warning, "WARNING", 30},
                 {severity::error, "ERROR", 40},
                 {severity::critical, "CRITICAL", 50}};
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto line = entry("x");
        line.how = c.how;
        EXPECT_NE(text(line).find(std::string(" 8093 ") + c.name + " glimt"), std::string::npos);
        const auto read = boost::json::parse(json(line));
        EXPECT_EQ(read.at("levelname").as_string(), c.name);
        EXPECT_EQ(read.at("levelno").as_int64(), c.number);
    }
}

struct escape_case {
    const char* what;
    std::string_view message, in_text, in_json;
};

const escape_case escapes[] = {
    {"empty", "", "", R"("")"},
    {"an injected line", "a\r\n2026 INFO b", R"(a\r\n2026 INFO b)", R"("a\r\n2026 INFO b")"},
    {"NUL and escape", "\0\x1b[31m\x7f"sv, R"(\x00\x1b[31m\x7f)", R"("\u0000\u001b[31m\u007f")"},
    {"C1 control",
     "\xc2\x9b"
     "31m",
     R"(\xc2\x9b31m)", R"("\u009b31m")"},
    {"quotes", R"(say "a\b")", R"(say "a\b")", R"("say \"a\\b\"")"},
    {"UTF-8 of every size", "é€😀", "é€😀", R"("é€😀")"},
    {"lone continuation", "a\x80z", R"(a\x80z)", "\"a\xef\xbf\xbdz\""},
    {"torn at the end", "a\xe2\x82", R"(a\xe2\x82)", "\"a\xef\xbf\xbd\xef\xbf\xbd\""},
    {"overlong", "\xc0\xaf", R"(\xc0\xaf)", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
    {"surrogate", "\xed\xa0\x80", R"(\xed\xa0\x80)", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    {"above U+10FFFF", "\xf4\x90\x80\x80", R"(\xf4\x90\x80\x80)",
     "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
};

TEST_F(log_format, any_message_stays_in_its_line) {
    for (const auto& c : escapes) {
        SCOPED_TRACE(c.what);
        EXPECT_EQ(text(entry(c.message)), "2026-11-24 05:30:36.123 8093 INFO glimt.server [-] " +
                                              std::string(c.in_text) + "\n");
        const auto line = json(entry(c.message));
        EXPECT_TRUE(line.starts_with("{\"message\": " + std::string(c.in_json) + ", ")) << line;
    }
}

TEST_F(log_format, any_bytes_make_one_line_of_valid_json) {
    const auto seconds = "\0\n\x1f\"\\x\x7f\x80\x8f\x90\x9f\xa0\xbf\xc2\xe2\xff"sv;
    for (int first = 0; first < 256; ++first)
        for (const char second : seconds) {
            const char bytes[] = {static_cast<char>(first), second};
            auto line = entry({bytes, 2});
            line.component = line.context.user_id = line.message;
            const auto as_json = json(line);
            for (const auto& made : {text(line), as_json})
                ASSERT_EQ(made.find('\n'), made.size() - 1) << first << ' ' << int{second};
            boost::json::error_code ec;
            boost::json::parse(as_json, ec);
            ASSERT_FALSE(ec) << as_json;
        }
}

}  // namespace
}  // namespace glimt
