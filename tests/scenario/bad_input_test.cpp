// SPDX-License-Identifier: Apache-2.0
// Documents and queries nobody should send: each gets its 4xx, and the server serves on as before.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace glimt::testing {

namespace {

constexpr std::string_view patch_type = "application/openstack-images-v2.1-json-patch";
constexpr std::string_view some_id = "12345678-1234-1234-1234-123456789abc";

reply ask(const glimt_process& server, std::string_view method, std::string_view target,
          std::string_view type = {}, std::string_view body = {}) {
    auto visitor = server.connect();
    std::string headers;
    if (!type.empty())
        headers = fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", type, body.size());
    visitor.send(request(fmt::format("{} {}", method, target), headers));
    visitor.try_send(body);  // an early answer ends it
    return visitor.read_reply();
}

reply post(const glimt_process& server, std::string_view body) {
    return ask(server, "POST", "/v2/images", "application/json", body);
}

reply patch(const glimt_process& server, std::string_view body,
            std::string_view type = patch_type) {
    return ask(server, "PATCH", fmt::format("/v2/images/{}", some_id), type, body);
}

std::string nested(std::string_view open, std::string_view close, std::size_t depth) {
    return repeated(open, depth) + repeated(close, depth);
}

std::string numbered(std::string_view begin, std::string_view each, std::string_view end,
                     int count) {
    std::string text(begin);
    for (int i = 0; i < count; ++i) text += (i ? "," : "") + fmt::format(fmt::runtime(each), i);
    return text.append(end);
}

// A value of every JSON type in place of each attribute's, but for those it may have.
struct field {
    std::string_view name;
    std::string_view allowed;  // letters: s(tring) n(umber) b(oolean) 0 (null) a(rray) o(bject)
};

constexpr field fields[] = {
    {"name", "s0"},     {"owner", "s0"},        {"visibility", ""},  {"disk_format", "0"},
    {"min_ram", "n"},   {"min_disk", "n"},      {"protected", "b"},  {"os_hidden", "b"},
    {"tags", ""},       {"architecture", "s0"}, {"kernel_id", "s0"}, {"container_format", "0"},
    {"anything", "s0"},
};

constexpr std::pair<char, std::string_view> values[] = {
    {'s', R"("x")"}, {'n', "5"},   {'n', "-1"}, {'n', "1.5"},  {'n', "1e400"},       {'b', "true"},
    {'0', "null"},   {'a', "[5]"}, {'o', "{}"}, {'a', "[[]]"}, {'o', R"({"a":[]})"},
};

bool is_refused(const field& of, char kind, std::string_view value) {
    if (of.allowed.find(kind) == of.allowed.npos) return true;
    return kind == 'n' && value != "5";
}

struct bad_case {
    const char* what;
    std::string body;
    unsigned status = 400;
};

std::vector<bad_case> bad_documents() {
    const std::string long_name(256, 'x');
    return {
        {"nothing", ""},
        {"white space", " \n"},
        {"not ended", R"({"name": "x")"},
        {"ended twice", "{}}"},
        {"two documents", "{}{}"},
        {"a comma too many", R"({"name": "x",})"},
        {"single quotes", "{'name': 'x'}"},
        {"a text", R"("x")"},
        {"a number", "5"},
        {"null", "null"},
        {"NaN", R"({"min_ram": NaN})"},
        {"bytes that are not UTF-8", "{\"name\": \"\xff\xfe\"}"},
        {"an overlong form", "{\"name\": \"\xc0\x80\"}"},
        {"half a surrogate pair", R"({"name": "\ud800"})"},
        {"a raw NUL", std::string("{\"name\": \"a\0b\"}", 15)},
        {"a NUL behind the end", std::string("{}\0", 3)},
        {"an unknown escape", R"({"name": "\x41"})"},
        {"UTF-16", std::string("{\0}\0", 4)},
        {"a long name", R"({"name": ")" + long_name + "\"}"},
        {"a long owner", R"({"owner": ")" + long_name + "\"}"},
        {"a long tag", R"({"tags": [")" + long_name + "\"]}"},
        {"a long property", "{\"" + long_name + R"(": "x"})"},
        {"letters beyond the BMP", "{\"name\": \"\xf0\x9f\x98\x80\"}"},
        {"not an id", R"({"id": "zzz"})"},
        {"an enormous number", R"({"min_ram": )" + std::string(100'000, '9') + "}"},
        {"a small fraction of it", R"({"min_ram": 1e-)" + std::string(1000, '9') + "}"},
        {"beyond 31 bits", R"({"min_disk": 2147483648})"},
        {"1 MiB of nested arrays", nested("[", "]", 1 << 19)},
        {"1 MiB of arrays without an end", repeated("[", 1 << 20)},
        {"nested objects", repeated(R"({"a":)", 100'000) + "1" + repeated("}", 100'000)},
        {"a property of nested arrays", R"({"x": )" + nested("[", "]", 100'000) + "}"},
        {"10,000 properties", numbered("{", R"("p{}": "x")", "}", 10'000), 413},
        {"10,000 tags", numbered(R"({"tags": [)", R"("t{}")", "]}", 10'000), 413},
        {"more than 4 MiB", R"({"x": ")" + std::string(5 << 20, 'x') + "\"}", 413},
    };
}

std::vector<bad_case> bad_patches() {
    const auto at = [](std::string_view pointer) {
        return fmt::format(R"([{{"op": "add", "path": "{}", "value": "x"}}])", pointer);
    };
    return {
        {"an object", "{}"},
        {"no operations", "[1, null, []]"},
        {"an unknown operation", R"([{"op": "move", "path": "/a", "from": "/b"}])"},
        {"an operation that is no text", R"([{"op": ["add"], "path": "/a", "value": "x"}])"},
        {"without a path", R"([{"op": "add", "value": "x"}])"},
        {"a path that is no text", R"([{"op": "add", "path": ["a"], "value": "x"}])"},
        {"without a value", R"([{"op": "add", "path": "/a"}])"},
        {"no slash", at("a")},
        {"an empty path", at("")},
        {"a slash at the end", at("/a/")},
        {"slashes alone", at("//")},
        {"two steps", at("/a/b")},
        {"100,000 steps", at(repeated("/a", 100'000))},
        {"100,000 slashes", at(repeated("/", 100'000))},
        {"an escape that is none", at("/a~2")},
        {"a tilde at the end", at("/a~")},
        {"a name of 1 MiB", at("/" + std::string(1 << 20, 'x'))},
        {"a name of letters beyond the BMP", at("/\xf0\x9f\x98\x80")},
        {"a name that is not UTF-8", at("/\xff")},
        {"a place of 1,000 digits", at("/locations/" + std::string(1000, '9')), 400},
        {"100,000 operations", numbered("[", R"({{"op": "remove", "path": "/p{}"}})", "]", 100'000),
         413},
        {"1 MiB of nested arrays", nested("[", "]", 1 << 19)},
        {"10,000 properties",
         numbered("[", R"({{"op": "add", "path": "/p{}", "value": "x"}})", "]", 4000), 413},
    };
}

// The server as it is before and after.
class steady_server {
public:
    explicit steady_server(const glimt_process::options& what = {}) : server(what) {
        EXPECT_EQ(post(server, fmt::format(R"({{"id": "{}"}})", some_id)).status, 201u);
    }

    // After everything it answers as before, and it has let go of what it was sent.
    void expect_the_same() {
        const reply shown = ask(server, "GET", fmt::format("/v2/images/{}", some_id));
        EXPECT_EQ(shown.status, 200u);
        EXPECT_NE(shown.body.find(R"({"name": null, )"), shown.body.npos) << shown.body;
        EXPECT_EQ(server.log().find(" failed: "), std::string::npos) << server.log();
    }

    glimt_process server;
};

}  // namespace

TEST(bad_input_scenario, documents_are_refused_one_by_one) {
    steady_server steady;
    for (const bad_case& each : bad_documents()) {
        SCOPED_TRACE(each.what);
        EXPECT_EQ(post(steady.server, each.body).status, each.status);
    }
    steady.expect_the_same();
}

TEST(bad_input_scenario, patches_are_refused_one_by_one) {
    steady_server steady;
    for (const bad_case& each : bad_patches()) {
        SCOPED_TRACE(each.what);
        EXPECT_EQ(patch(steady.server, each.body).status, each.status);
    }
    for (const std::string_view type : {"application/json", "text/plain", "", "a/b; c=\xff"}) {
        SCOPED_TRACE(type);
        EXPECT_EQ(patch(steady.server, "[]", type.empty() ? " " : type).status, 415u);
    }
    steady.expect_the_same();
}

TEST(bad_input_scenario, every_attribute_refuses_every_other_type) {
    steady_server steady;
    for (const field& of : fields) {
        for (const auto& [kind, value] : values) {
            if (!is_refused(of, kind, value)) continue;
            SCOPED_TRACE(fmt::format("{}: {}", of.name, value));
            EXPECT_EQ(post(steady.server, fmt::format(R"({{"{}": {}}})", of.name, value)).status,
                      400u);
            const auto change =
                fmt::format(R"([{{"op": "add", "path": "/{}", "value": {}}}])", of.name, value);
            EXPECT_EQ(patch(steady.server, change).status, 400u);
        }
    }
    steady.expect_the_same();
}

TEST(bad_input_scenario, lists_that_cannot_be_are_refused) {
    steady_server steady;
    const std::string queries[] = {"limit=x",
                                   "limit=-1",
                                   "limit=1.5",
                                   "marker=x",
                                   "marker=" + std::string(10'000, 'x'),
                                   "marker=%00",
                                   "sort=x",
                                   "sort=name:up",
                                   "sort=:",
                                   "sort_key=x",
                                   "sort_key=name&sort_dir=up",
                                   "sort=name&sort_key=id",
                                   "sort_key=id&sort_dir=asc&sort_dir=asc",
                                   "name=neq:x",
                                   "name=in:%22x",
                                   "status=like:x",
                                   "created_at=x",
                                   "created_at=gt:x",
                                   "created_at=near:2026-01-01T00:00:00Z",
                                   "updated_at=lt:2026-13-01T00:00:00Z",
                                   "size_min=x",
                                   "size_max=1e5",
                                   "size_min=" + std::string(100, '9'),
                                   "id_min=5&created_at_max=x",
                                   "os_hidden=maybe",
                                   "protected=2",
                                   "visibility=secret",
                                   "member_status=some",
                                   "changes-since=1",
                                   "name=%ff",
                                   "%c0%80=x",
                                   "tag=%ed%a0%80",
                                   repeated("a=b&", 5000)};
    for (const std::string& query : queries) {
        SCOPED_TRACE(query.substr(0, 60));
        EXPECT_EQ(ask(steady.server, "GET", "/v2/images?" + query).status, 400u);
    }
    steady.expect_the_same();
}

TEST(bad_input_scenario, what_was_refused_leaves_no_memory_behind) {
    if (glimt_is_sanitized()) GTEST_SKIP() << "a sanitizer keeps what is freed";
    // jemalloc would keep for a while what was freed: here what is resident is what is used.
    steady_server steady(
        {.environment = {{"MALLOC_CONF", "narenas:1,tcache:false,dirty_decay_ms:0"}}});
    std::size_t sent = 0;
    const auto send_all = [&] {
        for (const bad_case& each : bad_documents()) {
            post(steady.server, each.body);
            sent += each.body.size();
        }
        for (const bad_case& each : bad_patches()) {
            patch(steady.server, each.body);
            sent += each.body.size();
        }
    };
    send_all();  // what is made once and kept is there afterwards
    const std::size_t before = steady.server.process().resident_bytes();
    sent = 0;
    for (int i = 0; i < 5; ++i) send_all();
    EXPECT_LT(steady.server.process().resident_bytes(), before + sent / 10);
    steady.expect_the_same();
}

}  // namespace glimt::testing
