// SPDX-License-Identifier: Apache-2.0
#include "server/server.hpp"

#include "session_fixture.hpp"

#include <boost/asio/post.hpp>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

const std::string get = "GET /v HTTP/1.1\r\nHost: h\r\n\r\n";

struct server_test : ::testing::Test {
    static constexpr unsigned shard_count = 3;

    real_clock time;
    log out{{.least = severity::error}, time};
    settings options;
    bool closed = false;  // by the story itself
    scripted_responder apps[shard_count];
    fleet shards{{.shards = shard_count, .loop = loop_under_test(), .pin = false, .sizes = {}},
                 out};

    server_test() { options.listen.push_back({.host = "127.0.0.1"}); }

    // Runs `story` beside a server, then ends as the application does.
    void run(std::function<task<>(server&)> story) {
        server front(shards, {&apps[0], &apps[1], &apps[2]}, options);
        auto keeper = [&]() -> task<> {
            front.start();
            co_await story(front);
            if (!closed) co_await front.close();
            co_await shards.drain();
            co_await shards.emptied();
        };
        shards.run(keeper());
        EXPECT_EQ(open_connections(), std::vector<std::uint64_t>(shard_count, 0));
        EXPECT_TRUE(out.flush());
        EXPECT_EQ(out.written() + out.dropped(), 0u);
    }

    client connect(const server& front) {
        listen_address named;
        EXPECT_EQ(parse_listen_address(std::string(front.addresses().front()), named), "");
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(named.port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        descriptor peer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        EXPECT_EQ(::connect(peer.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
        return {shards[0].loop, std::move(peer)};
    }

    std::vector<std::uint64_t> open_connections() {
        std::vector<std::uint64_t> open;
        for (unsigned i = 0; i < shard_count; ++i)
            open.push_back(shards[i].counters.connections_open.value());
        return open;
    }
    std::uint64_t all_open() {
        std::uint64_t all = 0;
        for (const auto each : open_connections()) all += each;
        return all;
    }
    std::uint64_t all_accepted() {
        std::uint64_t all = 0;
        for (unsigned i = 0; i < shard_count; ++i)
            all += shards[i].counters.connections_accepted.value();
        return all;
    }

    template <class Condition>
    task<> until(Condition holds) {
        while (!holds()) co_await async_sleep(shards[0].loop, 1ms, or_throw);
    }
};

TEST_F(server_test, hands_each_connection_to_the_shard_with_the_fewest) {
    run([this](server& front) -> task<> {
        std::vector<client> peers;
        for (std::size_t count : {10, 50, 200}) {
            while (peers.size() < count) peers.push_back(connect(front));
            co_await until([&] { return all_open() == count; });
            const auto open = open_connections();
            EXPECT_LE(*std::ranges::max_element(open) - *std::ranges::min_element(open), 1u);
        }
        // Those that leave make room: the next go where the fewest are.
        peers.erase(peers.begin(), peers.begin() + 120);
        co_await until([&] { return all_open() == 80; });
        while (peers.size() < 200) peers.push_back(connect(front));
        co_await until([&] { return all_open() == 200; });
        const auto open = open_connections();
        EXPECT_LE(*std::ranges::max_element(open) - *std::ranges::min_element(open), 1u);
        for (auto& each : peers) {
            co_await each.send(get);
            EXPECT_EQ((co_await each.answer()).body, "GET /v: ");
        }
    });
}

TEST_F(server_test, takes_what_is_queued_before_it_closes) {
    std::vector<client> peers;
    run([&](server& front) -> task<> {
        for (int i = 0; i < 300; ++i) {  // more than are accepted ahead
            peers.push_back(connect(front));
            co_await peers.back().send(get);
        }
        co_await front.close();
        closed = true;
        // Nobody can connect any more, and nobody who had was reset.
        for (auto& each : peers) {
            EXPECT_EQ((co_await each.answer()).body, "GET /v: ");
            EXPECT_FALSE(each.was_reset);
        }
        EXPECT_EQ(all_accepted(), 300u);
    });
}

TEST_F(server_test, a_drain_right_behind_the_close_answers_what_was_queued) {
    std::vector<client> peers;
    server front(shards, {&apps[0], &apps[1], &apps[2]}, options);
    std::size_t answered = 0;
    auto keeper = [&]() -> task<> {
        front.start();
        for (int i = 0; i < 100; ++i) {
            peers.push_back(connect(front));
            co_await peers.back().send(get);
        }
        co_await front.close();
        co_await shards.drain();
        for (auto& each : peers) answered += (co_await each.answer()).whole;
        peers.clear();
        co_await shards.emptied();
    };
    shards.run(keeper());
    EXPECT_EQ(answered, 100u);
}

TEST_F(server_test, leaves_clients_in_the_kernels_queue_while_it_is_full) {
    options.connections_max = 4;
    run([this](server& front) -> task<> {
        std::vector<client> peers;
        for (int i = 0; i < 7; ++i) peers.push_back(connect(front));
        co_await until([&] { return all_open() == 4; });
        co_await async_sleep(shards[0].loop, 100ms, or_throw);
        EXPECT_EQ(all_open(), 4u);
        peers.erase(peers.begin(), peers.begin() + 2);
        co_await until([&] { return all_accepted() == 6; });
        for (auto& each : peers) co_await each.send(get);
        for (std::size_t i = 0; i < 4; ++i)
            EXPECT_EQ((co_await peers[i].answer()).body, "GET /v: ");
        EXPECT_EQ(peers[4].received, "");
    });
}

TEST_F(server_test, listens_on_several_addresses_or_on_none) {
    const auto path = fmt::format("/tmp/glimt-server-test-{}", ::getpid());
    listen_address local;
    ASSERT_EQ(parse_listen_address("unix:" + path, local), "");
    options.listen.push_back(local);
    run([&](server& front) -> task<> {
        EXPECT_EQ(front.addresses().size(), 2u);
        EXPECT_EQ(::access(path.c_str(), F_OK), 0);
        auto tcp = connect(front);
        co_await tcp.send(get);
        EXPECT_EQ((co_await tcp.answer()).body, "GET /v: ");
    });
    EXPECT_NE(::access(path.c_str(), F_OK), 0);

    options.listen.push_back({.host = "no such host"});
    EXPECT_THROW(server(shards, {&apps[0], &apps[1], &apps[2]}, options),
                 boost::system::system_error);
    EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

}  // namespace
