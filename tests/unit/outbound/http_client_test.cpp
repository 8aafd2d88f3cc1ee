// SPDX-License-Identifier: Apache-2.0
#include "support/outbound_fixture.hpp"

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

struct http_client_test : outbound_fixture {
    // What became of a query whose server says `bytes` and then closes the connection.
    task<http_answer> fetch_from(std::string bytes, http_query asked) {
        serve([bytes = std::move(bytes)](peer& from) { return say_and_close(from, bytes); });
        co_return co_await client->fetch(std::move(asked));
    }

    static task<> say_and_close(peer& from, std::string bytes) {
        co_await next_head(from);
        co_await from.send(std::move(bytes));
    }
};

TEST_F(http_client_test, fetches_a_whole_answer) {
    answer_each([](const std::string&) {
        return answer_of("hello", "404 Not Found", "X-One: 1\r\nx-empty:\r\nX-One: 2\r\n");
    });
    auto body = [&]() -> task<> {
        const auto got = co_await client->fetch(query("/a?b=c"));
        EXPECT_FALSE(got.failed);
        EXPECT_EQ(got.status, 404u);
        EXPECT_EQ(got.body, "hello");
        EXPECT_EQ(*got.find("x-ONE"), "1");
        EXPECT_EQ(*got.find("X-Empty"), "");
        EXPECT_EQ(got.find("X-Two"), nullptr);
        EXPECT_EQ(got.fields.size(), 4u);
    };
    run(body());
    ASSERT_EQ(heads.size(), 1u);
    EXPECT_EQ(heads[0], fmt::format("GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n"
                                    "User-Agent: glimt/" GLIMT_VERSION "\r\nAccept: */*\r\n",
                                    port()));
}

TEST_F(http_client_test, keeps_connections) {
    answer_each([](const std::string&) { return answer_of("x"); });
    auto body = [&]() -> task<> {
        for (int i = 0; i < 5; ++i) EXPECT_EQ((co_await client->fetch(query())).status, 200u);
    };
    run(body());
    EXPECT_EQ(connections, 1u);
}

TEST_F(http_client_test, asks_again_when_a_kept_connection_was_closed) {
    const auto once = [](peer& from) -> task<> {
        co_await next_head(from);
        co_await from.send(answer_of("once"));
    };
    serve(once);
    auto body = [&]() -> task<> {
        for (int i = 0; i < 3; ++i) EXPECT_EQ((co_await client->fetch(query())).body, "once");
    };
    run(body());
    EXPECT_EQ(connections, 3u);
}

struct answer_case {
    const char* what;
    std::string bytes;
    std::optional<http_failure> failed;
    std::string body;
};

const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string ten = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";

const answer_case answer_cases[] = {
    {"length", ten + "0123456789", {}, "0123456789"},
    {"no body", "HTTP/1.1 204 No Content\r\n\r\n", {}, ""},
    {"chunks", chunked + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n", {}, "abcde"},
    {"until the end", "HTTP/1.0 200 OK\r\n\r\nall of it", {}, "all of it"},
    {"a folded field", "HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 1\r\n\r\nx", {}, "x"},
    {"continue first",
     "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" + ten + "0123456789",
     {},
     "0123456789"},
    {"as large as may be",
     "HTTP/1.0 200 OK\r\n\r\n" + std::string(1000, 'x'),
     {},
     std::string(1000, 'x')},
    {"larger", "HTTP/1.0 200 OK\r\n\r\n" + std::string(1001, 'x'), http_failure::too_large, ""},
    {"much larger", "HTTP/1.0 200 OK\r\n\r\n" + std::string(1 << 20, 'x'), http_failure::too_large,
     ""},
    {"a field too large", "HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'x') + "\r\n\r\n",
     http_failure::broken, ""},
    {"too many fields",
     [] {
         std::string bytes = "HTTP/1.1 200 OK\r\n";
         for (int i = 0; i < 200; ++i) bytes += "X: " + std::string(1000, 'x') + "\r\n";
         return bytes + "\r\n";
     }(),
     http_failure::too_large, ""},
    {"short of its length", ten + "012345", http_failure::broken, ""},
    {"short of its last chunk", chunked + "3\r\nabc\r\n", http_failure::broken, ""},
    {"a broken chunk", chunked + "x\r\nabc\r\n", http_failure::broken, ""},
    {"half a head", "HTTP/1.1 200 OK\r\nContent-", http_failure::broken, ""},
    {"nothing", "", http_failure::broken, ""},
    {"no HTTP", "SSH-2.0-OpenSSH_9.2p1\r\n\r\n", http_failure::broken, ""},
    {"another protocol's greeting", "220 ready\r\n\r\n", http_failure::broken, ""},
};

class http_answer_test : public http_client_test,
                         public ::testing::WithParamInterface<answer_case> {};

TEST_P(http_answer_test, is_what_the_server_said) {
    const auto& c = GetParam();
    auto body = [&]() -> task<> {
        auto asked = query();
        asked.answer_bytes_max = 1000;
        const auto got = co_await fetch_from(c.bytes, std::move(asked));
        EXPECT_EQ(got.failed, c.failed) << got.why;
        EXPECT_EQ(got.body, c.body);
    };
    run(body());
}

INSTANTIATE_TEST_SUITE_P(all, http_answer_test, ::testing::ValuesIn(answer_cases),
                         [](const auto& given) { return name_of_case(given.param.what); });

TEST_F(http_client_test, reset_is_a_failure) {
    serve([](peer& from) -> task<> {
        co_await next_head(from);
        co_await from.send(ten + "0123");
        from.reset();
    });
    auto body = [&]() -> task<> {
        EXPECT_EQ((co_await client->fetch(query())).failed, http_failure::broken);
    };
    run(body());
}

TEST_F(http_client_test, nobody_listens) {
    auto body = [&]() -> task<> {
        auto asked = query();
        co_await incoming.finish();
        listener.socket.reset();
        const auto got = co_await client->fetch(std::move(asked));
        EXPECT_EQ(got.failed, http_failure::cannot_connect);
        EXPECT_NE(got.why.find("127.0.0.1"), std::string::npos) << got.why;
    };
    run(body());
}

TEST_F(http_client_test, names_that_do_not_exist) {
    auto body = [&]() -> task<> {
        http_query asked;
        asked.url = "http://nobody.invalid/";
        const auto got = co_await client->fetch(std::move(asked));
        EXPECT_EQ(got.failed, http_failure::name_not_resolved);
    };
    run(body());
}

TEST_F(http_client_test, sends_no_nonsense) {
    const std::string urls[] = {"",
                                "nonsense",
                                "http://",
                                "ftp://127.0.0.1/",
                                "file:///etc/passwd",
                                "http://a b/",
                                "http://a\r\nX: y/",
                                "http://127.0.0.1/" + std::string(20'000, 'x')};
    auto body = [&]() -> task<> {
        for (const auto& url : urls) {
            http_query asked;
            asked.url = url;
            EXPECT_EQ((co_await client->fetch(std::move(asked))).failed, http_failure::invalid)
                << url;
        }
        for (const char* value : {"a\r\nInjected: b", "a\nb"}) {
            auto asked = query();
            asked.headers.push_back({"X-Text", value});
            EXPECT_EQ((co_await client->fetch(std::move(asked))).failed, http_failure::invalid);
        }
    };
    run(body());
    EXPECT_EQ(connections, 0u);
}

TEST_F(http_client_test, sends_methods_headers_and_bodies) {
    std::string got;
    serve([&](peer& from) -> task<> {
        for (;;) {
            const auto head = co_await next_head(from);
            if (head.empty()) co_return;
            const bool has_body = head.find("Content-Length: 4\r\n") != std::string::npos;
            if (has_body) co_await from.receive(4);
            got += head.substr(0, head.find(' ')) + ":" + from.received.substr(0, 4) +
                   (head.find("X-Auth-Token: t\r\n") != std::string::npos ? "t" : "") +
                   (head.find("X-Empty:\r\n") != std::string::npos ? "e" : "") +
                   (head.find("Expect") != std::string::npos ? "!" : "") +
                   (head.find("x-www-form") != std::string::npos ? "!" : "") + " ";
            from.received.clear();
            co_await from.send(answer_of(""));
        }
    });
    auto body = [&]() -> task<> {
        for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "GET"}) {
            auto asked = query();
            asked.method = method;
            asked.headers = {{"X-Auth-Token", "t"}, {"X-Empty", ""}};
            if (*method == 'P') asked.body = "body";
            EXPECT_EQ((co_await client->fetch(std::move(asked))).status, 200u);
        }
    };
    run(body());
    EXPECT_EQ(got, "POST:bodyte PUT:bodyte PATCH:bodyte DELETE:te GET:te ");
}

TEST_F(http_client_test, asks_for_heads_and_ranges) {
    answer_each([](const std::string& head) {
        if (head.starts_with("HEAD "))
            return std::string("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
        if (head.find("\r\nRange: bytes=2-4\r\n") == std::string::npos) return answer_of("all");
        return answer_of("234", "206 Partial Content", "Content-Range: bytes 2-4/10\r\n");
    });
    auto body = [&]() -> task<> {
        auto head = query();
        head.method = "HEAD";
        head.answer_bytes_max = 1;
        const auto size = co_await client->fetch(head);
        EXPECT_EQ(size.status, 200u);
        EXPECT_EQ(*size.find("content-length"), "5000");
        const auto opened = co_await client->open(head);
        EXPECT_EQ(opened.length, 5000u);

        auto some = query();
        some.headers.push_back({"Range", "bytes=2-4"});
        const auto part = co_await client->fetch(some);
        EXPECT_EQ(part.status, 206u);
        EXPECT_EQ(part.body, "234");
    };
    run(body());
    EXPECT_EQ(connections, 1u);
}

TEST_F(http_client_test, credentials_of_the_url_are_basic_authentication) {
    answer_each([](const std::string&) { return answer_of(""); });
    auto body = [&]() -> task<> {
        auto asked = query();
        asked.url.insert(7, "user:p%40ss@");
        EXPECT_EQ((co_await client->fetch(std::move(asked))).status, 200u);
    };
    run(body());
    EXPECT_NE(heads.at(0).find("Authorization: Basic dXNlcjpwQHNz\r\n"), std::string::npos);
}

TEST_F(http_client_test, goes_through_a_proxy_only_when_told) {
    ::setenv("http_proxy", "http://127.0.0.1:1/", 1);
    answer_each([](const std::string&) { return answer_of("from the proxy"); });
    const uri_filter filter{{}};
    auto body = [&]() -> task<> {
        EXPECT_EQ((co_await client->fetch(query())).status, 200u);
        http_query asked;
        asked.url = "http://far.invalid/path";
        asked.http_proxy = "127.0.0.1:" + port();
        asked.filter = &filter;  // says nothing of the proxy itself
        EXPECT_EQ((co_await client->fetch(std::move(asked))).body, "from the proxy");
    };
    run(body());
    ::unsetenv("http_proxy");
    EXPECT_TRUE(heads.at(1).starts_with("GET http://far.invalid/path HTTP/1.1\r\n")) << heads[1];
}

TEST_F(http_client_test, many_at_once) {
    constexpr unsigned count = 100, transfers_max = 16;
    client.emplace(loop, transfers_max);
    const std::string large(300'000, 'x');
    answer_each([&](const std::string&) { return answer_of(large); });
    unsigned right = 0;
    auto one = [&]() -> task<> {
        const auto got = co_await client->fetch(query());
        if (got.body == large) ++right;
    };
    auto body = [&]() -> task<> {
        nursery askers(loop, [](std::string_view, std::exception_ptr) { ADD_FAILURE(); });
        for (unsigned i = 0; i < count; ++i) askers.start("one", one());
        co_await askers.join();
    };
    run(body());
    EXPECT_EQ(right, count);
    EXPECT_LE(connections, transfers_max);
}

}  // namespace
