// SPDX-License-Identifier: Apache-2.0
#include "store/http_store.hpp"

#include "config/settings.hpp"
#include "core/problem.hpp"
#include "store/stores.hpp"
#include "support/outbound_fixture.hpp"
#include "support/sources.hpp"

#include <map>

using namespace glimt;
using namespace glimt::testing;

namespace {

const std::string blob = "0123456789";

struct http_store_test : outbound_fixture {
    http_store_test() { set_up({}); }

    // Only the test's own server may be asked.
    void set_up(store_settings options) {
        options.driver = "http";
        options.is_default = true;
        settings given;
        given.stores = {std::move(options)};
        plans = plan_stores(given);
        const store_environment env{
            .loop = loop, .blocking = workers, .web = &*client, .web_filter = &filter};
        all = std::make_unique<stores>(env, plans, out);
    }

    store& kept() { return *all->preferred().place; }

    // Answers by path; what is not there is 404.
    void answers(std::map<std::string, std::string> by_path) {
        answer_each([by_path = std::move(by_path)](const std::string& head) {
            const auto begin = head.find(' ') + 1;
            const auto found = by_path.find(head.substr(begin, head.find(' ', begin) - begin));
            auto said = found == by_path.end() ? answer_of("", "404 Not Found") : found->second;
            return head.starts_with("HEAD ") ? said.substr(0, said.find("\r\n\r\n") + 4) : said;
        });
    }

    struct outcome {
        open_error error;
        std::uint64_t bytes;
        std::string data;
    };
    task<outcome> open(std::string from, blob_range range = {}) {
        auto opened = co_await kept().open(std::move(from), range);
        outcome got{opened.error, opened.bytes, ""};
        if (opened.data) got.data = co_await read_all(*opened.data, 3);
        co_return got;
    }

    static uri_filter only_here() {
        uri_filter_lists lists;
        lists.allowed_hosts = {"127.0.0.1"};
        lists.allowed_ports = {};
        return uri_filter(lists);
    }

    const uri_filter filter = only_here();
    worker_threads workers{"test", 1};
    real_clock time;
    glimt::log out{{.least = severity::critical}, time};
    std::vector<store_plan> plans;
    std::unique_ptr<stores> all;
};

TEST_F(http_store_test, opens_what_is_there) {
    const std::string
        unavailable = answer_of("", "503 Busy"),
        chunked =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n";
    answers({{"/blob", answer_of(blob)},
             {"/moved", redirect_to("/blob")},
             {"/moved/for/good", redirect_to(url("/moved"), "301 Moved")},
             {"/loop", redirect_to("/loop")},
             {"/away", redirect_to("http://127.0.0.2:" + port() + "/blob")},
             {"/localhost", redirect_to(url("/blob", "localhost"))},
             {"/nowhere", answer_of("", "302 Found")},
             {"/forbidden", answer_of("", "403 Forbidden")},
             {"/busy", unavailable},
             {"/chunked", chunked}});
    struct {
        const char* path;
        open_error error;
    } const cases[] = {
        {"/blob", open_error::none},           {"/moved", open_error::none},
        {"/moved/for/good", open_error::none}, {"/loop", open_error::unreadable},
        {"/away", open_error::unreadable},     {"/localhost", open_error::unreadable},
        {"/nowhere", open_error::unreadable},  {"/forbidden", open_error::unreadable},
        {"/busy", open_error::unavailable},    {"/missing", open_error::not_found},
        {"/chunked", open_error::unreadable},  // nobody says how long it is
    };
    auto body = [&]() -> task<> {
        for (const auto& c : cases) {
            const auto got = co_await open(url(c.path));
            EXPECT_EQ(got.error, c.error) << c.path;
            EXPECT_EQ(got.data, c.error == open_error::none ? blob : "") << c.path;
        }
        const blob_range known{.offset = 0, .bytes = blob.size()};
        EXPECT_EQ((co_await open(url("/chunked"), known)).data, blob);
    };
    run(body());
}

TEST_F(http_store_test, refuses_places_of_others) {
    auto body = [&]() -> task<> {
        const std::string places[] = {"file:///etc/passwd", "http://127.0.0.2/", "nonsense",
                                      "http://2130706433:" + port() + "/"};
        for (const auto& place : places)
            EXPECT_EQ((co_await open(place)).error, open_error::unreadable) << place;
    };
    run(body());
    EXPECT_EQ(connections, 0u);
}

TEST_F(http_store_test, nobody_answers) {
    auto body = [&]() -> task<> {
        const auto from = url("/blob");
        co_await incoming.finish();
        listener.socket.reset();
        EXPECT_EQ((co_await open(from)).error, open_error::unavailable);
    };
    run(body());
}

TEST_F(http_store_test, ranges_are_asked_for_or_skipped_to) {
    const auto part = [](std::string_view body, std::string_view told) {
        return answer_of(body, "206 Partial Content", fmt::format("Content-Range: {}\r\n", told));
    };
    const std::string whole = answer_of(blob);
    struct {
        const char* what;
        blob_range range;
        std::string answer;
        const char* asks;  // for this range; nullptr: for none
        open_error error;
        std::string data;
    } const cases[] = {
        {"all", {}, whole, nullptr, open_error::none, blob},
        {"from the middle",
         {3, {}},
         part("3456789", "bytes 3-9/10"),
         "bytes=3-",
         open_error::none,
         "3456789"},
        {"the middle", {3, 4}, part("3456", "bytes 3-6/10"), "bytes=3-6", open_error::none, "3456"},
        {"to behind the end",
         {8, 9},
         part("89", "bytes 8-9/10"),
         "bytes=8-16",
         open_error::none,
         "89"},
        {"of a server without ranges", {3, 4}, whole, "bytes=3-6", open_error::none, "3456"},
        {"rest of a server without ranges",
         {3, {}},
         whole,
         "bytes=3-",
         open_error::none,
         "3456789"},
        {"at the end", {10, {}}, whole, "bytes=10-", open_error::none, ""},
        {"behind the end", {11, {}}, whole, "bytes=11-", open_error::unreadable, ""},
        {"none of it", {3, 0}, whole, "bytes=3-", open_error::none, ""},
        {"more than asked for",
         {3, 2},
         part("23456", "bytes 2-6/10"),
         "bytes=3-4",
         open_error::none,
         "34"},
        {"another part",
         {3, 2},
         part("56", "bytes 5-6/10"),
         "bytes=3-4",
         open_error::unreadable,
         ""},
        {"an unknown part",
         {3, 2},
         part("56", "items 3-4/10"),
         "bytes=3-4",
         open_error::unreadable,
         ""},
        {"refused",
         {30, {}},
         answer_of("", "416 Range Not Satisfiable"),
         "bytes=30-",
         open_error::unreadable,
         ""},
    };
    std::string now;
    answer_each([&](const std::string&) { return now; });
    auto body = [&]() -> task<> {
        for (const auto& c : cases) {
            SCOPED_TRACE(c.what);
            now = c.answer;
            heads.clear();
            const auto got = co_await open(url(), c.range);
            EXPECT_EQ(got.error, c.error);
            EXPECT_EQ(got.data, c.data);
            EXPECT_EQ(got.bytes, c.data.size());
            const auto asks = c.asks ? fmt::format("Range: {}\r\n", c.asks) : "Range: ";
            EXPECT_EQ(heads.at(0).find(asks) != std::string::npos, c.asks != nullptr) << heads[0];
        }
    };
    run(body());
}

TEST_F(http_store_test, throws_when_the_bytes_end_early) {
    event opened(loop);
    serve([&](peer& from) -> task<> {
        co_await next_head(from);
        co_await from.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234");
        co_await opened.async_wait(or_throw);
    });
    auto body = [&]() -> task<> {
        const auto got = co_await kept().open(url(), {});
        EXPECT_EQ(got.bytes, 10u);
        opened.notify_all();
        bool broken = false;
        try {
            co_await read_all(*got.data, 3);
        } catch (const boost::system::system_error& e) {
            broken = e.code() == asio::error::connection_reset;
        }
        EXPECT_TRUE(broken);
    };
    run(body());
}

TEST_F(http_store_test, sizes) {
    answers({{"/blob", answer_of(blob)},
             {"/moved", redirect_to("/blob")},
             {"/away", redirect_to("http://127.0.0.2:" + port() + "/blob")},
             {"/unknown", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
             {"/busy", answer_of("", "503 Busy")}});
    auto body = [&]() -> task<> {
        EXPECT_EQ(co_await kept().size(url("/blob")), blob.size());
        EXPECT_EQ(co_await kept().size(url("/moved")), blob.size());
        EXPECT_EQ(co_await kept().size(url("/unknown")), 0u);
        EXPECT_EQ(co_await kept().size(url("/missing")), std::nullopt);
        for (const auto& refused : {url("/away"), std::string("http://127.0.0.2/")})
            EXPECT_EQ(co_await kept().size(refused), std::nullopt) << refused;
        EXPECT_EQ(co_await reason_of(kept().size(url("/busy"))), reason::invalid);
    };
    run(body());
    for (const auto& head : heads) EXPECT_TRUE(head.starts_with("HEAD ")) << head;
}

TEST_F(http_store_test, goes_through_the_proxy_of_the_scheme) {
    answer_each([](const std::string&) { return answer_of(blob); });
    store_settings options;
    options.http_proxy_information = {{"https", "127.0.0.1:1"}, {"all", "127.0.0.1:" + port()}};
    set_up(options);
    auto body = [&]() -> task<> {
        EXPECT_EQ((co_await open("http://127.0.0.1:1/far")).data, blob);
        EXPECT_EQ((co_await open("https://127.0.0.1/far")).error, open_error::unavailable);
    };
    run(body());
    ASSERT_EQ(heads.size(), 1u);
    EXPECT_TRUE(heads[0].starts_with("GET http://127.0.0.1:1/far ")) << heads[0];
}

TEST_F(http_store_test, only_reads) {
    EXPECT_FALSE(kept().refuses_new_blobs().empty());
    EXPECT_TRUE(kept().owns("https://example.com/a"));
    EXPECT_FALSE(kept().owns("file:///a"));
    EXPECT_TRUE(all->may_be_named("http://example.com/"));
    EXPECT_TRUE(kept().properties().empty());
    auto body = [&]() -> task<> { EXPECT_FALSE(co_await kept().remove(url("/blob"))); };
    run(body());
    EXPECT_EQ(connections, 0u);
}

}  // namespace
