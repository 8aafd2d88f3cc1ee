// SPDX-License-Identifier: Apache-2.0
// A second shard, with a thread of its own, that asks the first.
#include "core/on_loop.hpp"
#include "support/keystone_fixture.hpp"

#include <boost/asio/co_spawn.hpp>

#include <thread>

using namespace glimt;
using namespace glimt::testing;

namespace {

struct neighbour {
    neighbour(token_validator& first, const glimt::clock& time, glimt::log& out)
        : authority(first), tokens(loop, authority, 300, time, out) {}

    ring_context loop{make_ring(loop_under_test())};
    neighbouring_authority authority;
    token_validator tokens;
    unsigned valid = 0, finished = 0;

    task<> ask(std::string token) {
        const auto verdict = co_await tokens.verify(std::move(token), false);
        valid += verdict.standing == token_standing::valid ? 1 : 0;
        ++finished;
    }
};

struct neighbouring_authority_test : keystone_fixture {
    // Runs `asks` questions about a token on each of two other shards, until all are answered.
    task<> ask_on_others(std::string token, unsigned asks) {
        std::vector<std::unique_ptr<neighbour>> others;
        std::vector<std::thread> threads;
        event ended(loop);
        unsigned running = 2;
        for (unsigned n = 0; n < 2; ++n) {
            auto& one = *others.emplace_back(std::make_unique<neighbour>(*tokens, time, *journal));
            for (unsigned i = 0; i < asks; ++i)
                asio::co_spawn(one.loop.get_executor(), one.ask(token), [](std::exception_ptr) {});
            loop.work_started();
            threads.emplace_back([&] {
                one.loop.run();
                asio::post(loop.get_executor(), [&] {
                    --running;
                    ended.notify_all();
                });
                loop.work_finished();
            });
        }
        while (running > 0) co_await ended.async_wait(or_throw);
        for (auto& each : threads) each.join();
        for (auto& each : others) {
            EXPECT_EQ(each->finished, asks);
            valid += each->valid;
            each->tokens.close();
        }
    }

    unsigned valid = 0;
};

TEST_F(neighbouring_authority_test, all_shards_together_ask_once) {
    keystone.tokens["t"] = token_document();
    run(ask_on_others("t", 100));
    EXPECT_EQ(valid, 200u);
    EXPECT_EQ(keystone.questions, 1u);
}

TEST_F(neighbouring_authority_test, what_cannot_be_answered_is_unavailable_everywhere) {
    options.http_request_max_retries = 0;
    keystone.deaf = true;
    run(ask_on_others("t", 10));
    EXPECT_EQ(valid, 0u);
}

}  // namespace
