// SPDX-License-Identifier: Apache-2.0
#include "support/outbound_fixture.hpp"

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

struct http_redirect_test : outbound_fixture {
    // Redirects /n to /n+1, and answers /5.
    void count_up() {
        answer_each([](const std::string& head) {
            const char at = head.at(head.find('/') + 1);
            if (at == '5') return answer_of("there");
            return redirect_to(std::string("/") + static_cast<char>(at + 1));
        });
    }

    http_query following(std::string_view path, unsigned redirects_max) {
        auto asked = query(path);
        asked.redirects_max = redirects_max;
        return asked;
    }

    // The test's server, and nothing else, by whatever name it is listed.
    uri_filter only(std::string host) {
        uri_filter_lists lists;
        lists.allowed_hosts = {std::move(host)};
        lists.allowed_ports = {};
        return uri_filter(lists);
    }
    static uri_filter any_port() {
        uri_filter_lists lists;
        lists.allowed_ports = {};
        return uri_filter(lists);
    }
};

TEST_F(http_redirect_test, are_answers_unless_they_are_to_be_followed) {
    count_up();
    auto body = [&]() -> task<> {
        const auto got = co_await client->fetch(query("/3"));
        EXPECT_EQ(got.status, 302u);
        EXPECT_EQ(got.body, "moved");
        EXPECT_EQ(*got.find("location"), "/4");
    };
    run(body());
}

TEST_F(http_redirect_test, as_many_as_are_allowed) {
    count_up();
    auto body = [&]() -> task<> {
        EXPECT_EQ((co_await client->fetch(following("/3", 2))).body, "there");
        const auto got = co_await client->fetch(following("/2", 2));
        EXPECT_EQ(got.failed, http_failure::too_many_redirects);
        EXPECT_EQ(got.body, "");
    };
    run(body());
    EXPECT_EQ(connections, 1u);
}

TEST_F(http_redirect_test, loops_end) {
    answer_each([](const std::string&) { return redirect_to("/"); });
    auto body = [&]() -> task<> {
        EXPECT_EQ((co_await client->fetch(following("/", 5))).failed,
                  http_failure::too_many_redirects);
    };
    run(body());
    EXPECT_EQ(heads.size(), 6u);
}

TEST_F(http_redirect_test, body_of_a_redirect_is_skipped_or_given_up) {
    answer_each([](const std::string& head) {
        if (head.starts_with("GET /there")) return answer_of("there");
        const std::size_t bytes = head.starts_with("GET /large") ? 1'000'000 : 10'000;
        return answer_of(std::string(bytes, 'x'), "301 Moved", "Location: there\r\n");
    });
    auto body = [&]() -> task<> {
        EXPECT_EQ((co_await client->fetch(following("/small", 1))).body, "there");
        EXPECT_EQ((co_await client->fetch(following("/large", 1))).body, "there");
    };
    run(body());
    EXPECT_EQ(connections, 2u);
}

TEST_F(http_redirect_test, methods_change_as_in_browsers) {
    answer_each([](const std::string& head) {
        const auto status = head.substr(head.find('/') + 1, 3);
        if (status == "end") return answer_of("");
        return answer_of("", status + " Elsewhere", "Location: /end\r\n");
    });
    struct {
        const char* method;
        const char* path;
        const char* then;
    } const cases[] = {{"POST", "/301", "GET"},  {"POST", "/302", "GET"},  {"POST", "/303", "GET"},
                       {"POST", "/307", "POST"}, {"POST", "/308", "POST"}, {"HEAD", "/302", "HEAD"},
                       {"HEAD", "/303", "HEAD"}, {"PUT", "/302", "PUT"},   {"PUT", "/303", "GET"}};
    auto body = [&]() -> task<> {
        for (const auto& c : cases) {
            auto asked = following(c.path, 1);
            asked.method = c.method;
            EXPECT_EQ((co_await client->fetch(std::move(asked))).status, 200u);
        }
    };
    run(body());
    std::size_t seen = 0;
    for (const auto& c : cases) {
        EXPECT_TRUE(heads.at(seen++).starts_with(std::string(c.method) + " " + c.path));
        EXPECT_TRUE(heads.at(seen++).starts_with(std::string(c.then) + " /end")) << c.path;
    }
}

TEST_F(http_redirect_test, secrets_stay_with_the_server_they_are_for) {
    answer_each([&](const std::string& head) {
        if (head.starts_with("GET /here")) return redirect_to("/again");
        if (head.starts_with("GET /again")) return redirect_to(url("/there", "localhost"));
        return answer_of("");
    });
    auto body = [&]() -> task<> {
        auto asked = following("/here", 2);
        asked.headers = {{"X-Auth-Token", "secret"}, {"Range", "bytes=0-1"}, {"Accept", "a/b"}};
        asked.url.insert(7, "user:pass@");
        EXPECT_EQ((co_await client->fetch(std::move(asked))).status, 200u);
    };
    run(body());
    ASSERT_EQ(heads.size(), 3u);
    for (const char* secret : {"X-Auth-Token: secret\r\n", "Authorization: Basic"}) {
        EXPECT_NE(heads[0].find(secret), std::string::npos);
        EXPECT_NE(heads[1].find(secret), std::string::npos);
        EXPECT_EQ(heads[2].find(secret), std::string::npos);
    }
    EXPECT_NE(heads[2].find("Range: bytes=0-1\r\n"), std::string::npos);
    EXPECT_NE(heads[2].find("Accept: a/b\r\n"), std::string::npos);
}

TEST_F(http_redirect_test, refused_places_are_not_asked) {
    const std::string places[] = {"http://127.0.0.2:" + port() + "/",
                                  "http://localhost:" + port() + "/",
                                  "ftp://127.0.0.1/",
                                  "file:///etc/passwd",
                                  "gopher://127.0.0.1:" + port() + "/",
                                  "http://2130706433:" + port() + "/",
                                  "//127.0.0.2/",
                                  "http://user@evil.example/"};
    const std::string* place = nullptr;
    answer_each([&](const std::string&) { return redirect_to(*place); });
    const auto filter = only("127.0.0.1");
    auto body = [&]() -> task<> {
        for (const auto& each : places) {
            place = &each;
            heads.clear();
            auto asked = following("/", 3);
            asked.filter = &filter;
            const auto got = co_await client->fetch(std::move(asked));
            EXPECT_TRUE(got.failed == http_failure::refused || got.failed == http_failure::invalid)
                << each << ": " << got.why;
            EXPECT_EQ(heads.size(), 1u) << each;
        }
    };
    run(body());
}

TEST_F(http_redirect_test, hosts_the_operator_names_may_be_anywhere) {
    answer_each([&](const std::string&) { return answer_of("here"); });
    const auto filter = only("localhost");
    auto body = [&]() -> task<> {
        auto asked = query();
        asked.url = url("/", "localhost");
        asked.filter = &filter;
        EXPECT_EQ((co_await client->fetch(std::move(asked))).body, "here");
    };
    run(body());
}

// What a name means is judged when it is connected to: whatever it meant before.
TEST_F(http_redirect_test, names_of_this_machine_are_refused_when_they_are_resolved) {
    answer_each([&](const std::string&) { return answer_of("here"); });
    const auto filter = any_port();
    auto body = [&]() -> task<> {
        auto asked = query();
        asked.url = url("/", "localhost");
        EXPECT_EQ(filter.reach_of(asked.url), uri_filter::reach::outside);
        asked.filter = &filter;
        EXPECT_EQ((co_await client->fetch(std::move(asked))).failed, http_failure::refused);
    };
    run(body());
    EXPECT_EQ(connections, 0u);
}

// Connections are kept by name, also those that were made without a filter.
TEST_F(http_redirect_test, kept_connections_are_judged_too) {
    answer_each([&](const std::string&) { return answer_of("here"); });
    const auto filter = any_port();
    auto body = [&]() -> task<> {
        auto asked = query();
        asked.url = url("/", "localhost");
        EXPECT_EQ((co_await client->fetch(asked)).body, "here");
        asked.filter = &filter;
        EXPECT_EQ((co_await client->fetch(asked)).failed, http_failure::refused);
    };
    run(body());
    EXPECT_EQ(heads.size(), 1u);
}

}  // namespace
