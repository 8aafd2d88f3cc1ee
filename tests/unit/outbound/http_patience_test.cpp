// SPDX-License-Identifier: Apache-2.0
#include "support/outbound_fixture.hpp"

#include "core/patience.hpp"

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

// How far a server goes before it falls silent.
enum class stage { not_at_all, accepted, head, body, redirect_head, redirect_body };

struct stage_case {
    const char* what;
    stage until;
    bool streams = false;  // the client asks by open(), and reads
};

const stage_case stages[] = {
    {"before it accepts", stage::not_at_all},
    {"before the head", stage::accepted},
    {"within the head", stage::head},
    {"within the body", stage::body},
    {"within a streamed body", stage::body, true},
    {"within a redirect's head", stage::redirect_head},
    {"within a redirect's body", stage::redirect_body},
};

std::string said_until(stage until) {
    switch (until) {
        case stage::head: return "HTTP/1.1 200 OK\r\nContent-";
        case stage::body: return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc";
        case stage::redirect_head: return "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-";
        case stage::redirect_body:
            return "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 9\r\n\r\nabc";
        default: return "";
    }
}

struct http_patience_test : outbound_fixture {
    event silent{loop};  // told when the server has said all it will
    std::vector<descriptor> crowd;

    http_query query_to(const stage_case& c) {
        auto asked = query();
        asked.redirects_max = 3;
        if (c.until == stage::not_at_all) asked.url = url_of_a_full_listener();
        return asked;
    }

    // On each connection: takes a request, says what belongs to the stage and waits for the end.
    void fall_silent_at(const stage_case& c) {
        serve([this, until = c.until](peer& from) { return fall_silent(from, until); });
    }
    task<> fall_silent(peer& from, stage until) {
        co_await next_head(from);
        co_await from.send(said_until(until));
        silent.notify_all();
        co_await from.rest();
    }

    // A port whose kernel answers no more connections.
    std::string url_of_a_full_listener() {
        full.emplace(0);
        for (int i = 0; i < 4; ++i) {
            crowd.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
            ::connect(crowd.back().get(), full->address.generic(), full->address.bytes);
        }
        sockaddr_in name{};
        std::memcpy(&name, &full->address.storage, sizeof name);
        return fmt::format("http://127.0.0.1:{}/", ntohs(name.sin_port));
    }
    std::optional<listening_socket> full;

    // The failure of a query, wherever it comes.
    task<std::optional<http_failure>> failure_of(http_query asked, bool streams) {
        if (!streams) co_return (co_await client->fetch(std::move(asked))).failed;
        auto opened = co_await client->open(std::move(asked));
        if (opened.failed) co_return opened.failed;
        try {
            co_await read_all(*opened.body);
        } catch (const boost::system::system_error& e) {
            if (e.code() == asio::error::timed_out) co_return http_failure::timed_out;
            throw;
        }
        co_return std::nullopt;
    }
};

class http_stage_test : public http_patience_test,
                        public ::testing::WithParamInterface<stage_case> {};

TEST_P(http_stage_test, total_time_passes) {
    auto body = [&]() -> task<> {
        fall_silent_at(GetParam());
        auto asked = query_to(GetParam());
        asked.patience.total = 50ms;
        EXPECT_EQ(co_await failure_of(std::move(asked), GetParam().streams),
                  http_failure::timed_out);
    };
    run(body());
}

TEST_P(http_stage_test, can_be_cancelled) {
    bool aborted = false;
    auto asks = [&]() -> task<> {
        co_await interruptible_by_abort();
        try {
            co_await failure_of(query_to(GetParam()), GetParam().streams);
        } catch (const boost::system::system_error& e) {
            aborted = e.code() == asio::error::operation_aborted;
            throw;
        }
    };
    auto body = [&]() -> task<> {
        fall_silent_at(GetParam());
        nursery askers(loop, [](std::string_view, std::exception_ptr) { ADD_FAILURE(); });
        askers.start("asks", asks());
        if (GetParam().until == stage::not_at_all)
            co_await pause(20ms);  // nothing can be seen of a connection that is not answered
        else
            co_await silent.async_wait(or_throw);
        askers.abort();
        co_await askers.join();
        EXPECT_TRUE(aborted);
    };
    run(body());  // ends when the server has seen its clients go
}

INSTANTIATE_TEST_SUITE_P(all, http_stage_test, ::testing::ValuesIn(stages),
                         [](const auto& given) { return name_of_case(given.param.what); });

// All at once, because curl counts in seconds and takes some before it is sure.
TEST_F(http_patience_test, too_slow) {
    serve([&](peer& from) -> task<> {
        const auto head = co_await next_head(from);
        co_await from.send(said_until(stages[head.at(head.find('/') + 1) - '0'].until));
        co_await from.rest();
    });
    auto one = [&](std::size_t index) -> task<> {
        auto asked = query(fmt::format("/{}", index));
        asked.redirects_max = 3;
        asked.patience.slow = 1s;
        const auto failed = co_await failure_of(std::move(asked), stages[index].streams);
        EXPECT_EQ(failed, http_failure::timed_out) << stages[index].what;
    };
    auto body = [&]() -> task<> {
        nursery askers(loop, [](std::string_view, std::exception_ptr) { ADD_FAILURE(); });
        for (std::size_t i = 1; i < std::size(stages); ++i) askers.start("one", one(i));
        co_await askers.join();
    };
    run(body());
}

TEST_F(http_patience_test, connecting_has_its_own) {
    auto body = [&]() -> task<> {
        auto asked = query();
        asked.url = url_of_a_full_listener();
        asked.patience.connect = 50ms;
        EXPECT_EQ((co_await client->fetch(asked)).failed, http_failure::timed_out);

        asked.url = url("/").replace(0, 4, "https");  // a server that does not shake hands
        fall_silent_at({"", stage::accepted});
        EXPECT_EQ((co_await client->fetch(asked)).failed, http_failure::timed_out);
    };
    run(body());
}

TEST_F(http_patience_test, transfers_wait_for_their_turn) {
    client.emplace(loop, 1);
    auto body = [&]() -> task<> {
        answer_each([](const std::string&) { return answer_of(std::string(1'000'000, 'x')); });
        auto first = co_await client->open(query());
        auto asked = query();
        asked.patience.connect = 50ms;
        EXPECT_EQ((co_await client->fetch(asked)).failed, http_failure::timed_out);
        co_await read_all(*first.body);
        EXPECT_EQ((co_await client->fetch(asked)).status, 200u);
    };
    run(body());
    EXPECT_EQ(connections, 1u);
}

// The time in which nobody reads is not the server's.
TEST_F(http_patience_test, slow_readers_are_not_slow_servers) {
    auto body = [&]() -> task<> {
        answer_each([](const std::string&) { return answer_of(std::string(10'000'000, 'x')); });
        auto asked = query();
        asked.patience.slow = 1s;
        auto opened = co_await client->open(std::move(asked));
        co_await pause(2500ms);
        EXPECT_EQ((co_await read_all(*opened.body)).size(), 10'000'000u);
    };
    run(body());
}

}  // namespace
