// SPDX-License-Identifier: Apache-2.0
#include "digest/digest_engine.hpp"

#include "digest/woven_hasher.hpp"
#include "support/loop_fixture.hpp"
#include "support/slow_hasher.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <thread>
#include <vector>

using namespace glimt;
using namespace std::chrono_literals;

namespace {

using glimt::testing::slow_hasher;

const std::array<std::byte, 1000> some_bytes{};

struct digest_engine_test : glimt::testing::loop_fixture {
    kernel_set openssl = *find_kernels("openssl");
};

TEST_F(digest_engine_test, keeps_the_loop_until_the_end) {
    digest_engine engine(openssl, 1);
    slow_hasher slow;
    slow.let_go();
    bool told = false;
    async_hash(loop, engine, slow, some_bytes, [&](error_code ec) { told = !ec; });
    loop.run();
    EXPECT_TRUE(told);
    EXPECT_EQ(slow.updates, 1);
}

TEST_F(digest_engine_test, what_was_not_begun_is_taken_back_when_it_is_cancelled) {
    digest_engine engine(openssl, 1);
    slow_hasher first, second, third;
    third.let_go();
    asio::cancellation_signal gives_up;
    int aborted = 0, ended = 0;
    const auto count = [&](error_code ec) {
        ++(ec == asio::error::operation_aborted ? aborted : ended);
    };
    async_hash(loop, engine, first, some_bytes, count);
    first.wait_until_begun();
    async_hash(loop, engine, second, some_bytes,
               asio::bind_cancellation_slot(gives_up.slot(), [&](error_code ec) {
                   count(ec);
                   first.let_go();  // told while the only thread is still busy
               }));
    async_hash(loop, engine, third, some_bytes, count);
    asio::post(loop.get_executor(), [&] { gives_up.emit(asio::cancellation_type::terminal); });
    loop.run();
    EXPECT_EQ(aborted, 1);
    EXPECT_EQ(ended, 2);
    EXPECT_EQ(second.updates, 0);
    EXPECT_EQ(third.updates, 1);
}

// Memory that a thread works on must outlast it.
TEST_F(digest_engine_test, what_was_begun_is_waited_for) {
    digest_engine engine(openssl, 1);
    slow_hasher slow;
    asio::cancellation_signal gives_up;
    bool ended = false;
    async_hash(loop, engine, slow, some_bytes,
               asio::bind_cancellation_slot(gives_up.slot(), [&](error_code ec) {
                   EXPECT_FALSE(ec);
                   ended = true;
               }));
    slow.wait_until_begun();
    asio::post(loop.get_executor(), [&] {
        gives_up.emit(asio::cancellation_type::terminal);
        asio::post(loop.get_executor(), [&] {
            EXPECT_FALSE(ended);
            slow.let_go();
        });
    });
    loop.run();
    EXPECT_TRUE(ended);
    EXPECT_EQ(slow.updates, 1);
}

TEST_F(digest_engine_test, streams_without_lanes_have_a_thread_each) {
    digest_engine engine(openssl, 2);
    slow_hasher one, other;
    int told = 0;
    async_hash(loop, engine, one, some_bytes, [&](error_code) { ++told; });
    async_hash(loop, engine, other, some_bytes, [&](error_code) { ++told; });
    one.wait_until_begun();
    other.wait_until_begun();
    one.let_go();
    other.let_go();
    loop.run();
    EXPECT_EQ(told, 2);
}

// Two of one stream at once would spoil its digests; another stream does not wait behind them.
TEST_F(digest_engine_test, the_jobs_of_a_stream_go_one_after_the_other) {
    digest_engine engine(openssl, 2);
    slow_hasher one, other;
    std::vector<int> told;
    async_hash(loop, engine, one, some_bytes, [&](error_code) { told.push_back(1); });
    async_hash(loop, engine, one, some_bytes, [&](error_code) { told.push_back(2); });
    async_hash(loop, engine, other, some_bytes, [&](error_code) { told.push_back(3); });
    one.wait_until_begun();
    other.wait_until_begun();  // on the thread that the second job did not take
    EXPECT_EQ(one.at_once, 1);
    other.let_go();
    while (other.updates == 0) std::this_thread::yield();
    EXPECT_EQ(one.at_once, 1);  // though a thread is idle
    one.let_go();
    loop.run();
    EXPECT_EQ(told, (std::vector<int>{3, 1, 2}));
    EXPECT_EQ(one.at_once_max, 1);
}

TEST_F(digest_engine_test, a_job_behind_another_of_its_stream_is_taken_back) {
    digest_engine engine(openssl, 2);
    slow_hasher slow;
    asio::cancellation_signal gives_up;
    int aborted = 0, ended = 0;
    async_hash(loop, engine, slow, some_bytes, [&](error_code ec) { ended += !ec; });
    slow.wait_until_begun();
    async_hash(loop, engine, slow, some_bytes,
               asio::bind_cancellation_slot(gives_up.slot(), [&](error_code ec) {
                   aborted += ec == asio::error::operation_aborted;
                   slow.let_go();
               }));
    asio::post(loop.get_executor(), [&] { gives_up.emit(asio::cancellation_type::terminal); });
    loop.run();
    EXPECT_EQ(aborted, 1);
    EXPECT_EQ(ended, 1);
    EXPECT_EQ(slow.updates, 1);
    bool again = false;  // the engine has forgotten both
    async_hash(loop, engine, slow, some_bytes, [&](error_code ec) { again = !ec; });
    loop.run();
    EXPECT_TRUE(again);
}

// Kernels that hash nothing and say what they were asked to.
struct noted_run {
    std::size_t streams;
    std::size_t blocks;
    std::thread::id on;
};
std::vector<noted_run> runs;  // of the one thread that runs them, read when it is idle
slow_hasher* gate = nullptr;  // the first run waits for it

template <std::size_t lanes>
void note_run(woven_chain* const*, const std::byte* const* streams, std::size_t blocks) {
    std::vector<const std::byte*> different(streams, streams + lanes);
    std::ranges::sort(different);
    const auto repeated = std::ranges::unique(different);
    runs.push_back({lanes - repeated.size(), blocks, std::this_thread::get_id()});
    if (runs.size() == 1) gate->update({});
}
const woven_kernel noting_kernels[] = {
    {1, 1, note_run<1>}, {4, 2, note_run<4>}, {8, 5, note_run<8>}};

struct lanes_test : glimt::testing::loop_fixture {
    lanes_test() {
        runs.clear();
        gate = &waits;
    }
    ~lanes_test() override { gate = nullptr; }

    void put(std::size_t stream, std::size_t size) {
        async_hash(loop, engine, hashers[stream], std::span(bytes[stream]).first(size),
                   [this, stream](error_code) { ended.push_back(stream); });
    }

    const kernel_set kernels{"noting", noting_kernels};
    slow_hasher waits;
    std::vector<woven_hasher> hashers{20, woven_hasher(kernels, sha512)};
    std::vector<std::array<std::byte, 128 * 1024>> bytes{20};
    std::vector<std::size_t> ended;
    digest_engine engine{kernels, 2, digest_engine::manner::insisting};
};

TEST_F(lanes_test, who_comes_later_joins_at_the_next_slice) {
    put(0, 128 * 1024);
    waits.wait_until_begun();
    put(1, 64 * 1024);
    put(2, 16 * 1024);
    waits.let_go();
    loop.run();
    std::vector<std::size_t> streams, blocks;
    for (const auto& each : runs) {
        streams.push_back(each.streams);
        blocks.push_back(each.blocks);
        EXPECT_EQ(each.on, runs.front().on);  // the second thread slept on
    }
    EXPECT_EQ(streams, (std::vector<std::size_t>{1, 3, 2, 2, 1}));
    EXPECT_EQ(blocks, (std::vector<std::size_t>{256, 128, 256, 128, 256}));
    EXPECT_EQ(ended, (std::vector<std::size_t>{2, 1, 0}));
}

// Fair: the ninth has its turn when one of the eight has ended, though that one comes again.
TEST_F(lanes_test, more_streams_than_lanes_take_turns) {
    digest_engine one_thread(kernels, 1, digest_engine::manner::insisting);
    std::vector<std::size_t> order;
    std::array<int, 9> left;
    left.fill(3);
    std::function<void(std::size_t)> hash = [&](std::size_t stream) {
        async_hash(loop, one_thread, hashers[stream], std::span(bytes[stream]).first(32 * 1024),
                   [&, stream](error_code) {
                       order.push_back(stream);
                       if (--left[stream] > 0) hash(stream);
                   });
    };
    for (std::size_t i = 0; i < 9; ++i) hash(i);
    waits.let_go();
    loop.run();
    EXPECT_EQ(order.size(), 27u);
    const auto last = std::ranges::find(order, 8u) - order.begin();
    EXPECT_LT(last, 16);
    for (const auto& each : runs) EXPECT_LE(each.streams, 8u);
}

// More than the lanes of a thread: another one helps.
TEST_F(lanes_test, a_thread_whose_lanes_are_full_is_helped) {
    slow_hasher lone;
    for (std::size_t i = 0; i < 8; ++i) put(i, 32 * 1024);
    waits.wait_until_begun();
    async_hash(loop, engine, lone, some_bytes, [&](error_code) { ended.push_back(99); });
    lone.wait_until_begun();  // on the other thread
    lone.let_go();
    waits.let_go();
    loop.run();
    EXPECT_EQ(ended.size(), 9u);
}

// A stream whose next job is here goes on in its lane: the slices of four have four streams.
TEST_F(lanes_test, a_lane_does_not_run_empty_between_the_jobs_of_its_stream) {
    digest_engine one_thread(kernels, 1, digest_engine::manner::insisting);
    int left = 0;
    const auto put_to = [&](std::size_t stream, std::size_t from) {
        ++left;
        async_hash(loop, one_thread, hashers[stream],
                   std::span(bytes[stream]).subspan(from, 32 * 1024), [&](error_code) { --left; });
    };
    put_to(0, 0);
    waits.wait_until_begun();
    for (std::size_t stream = 1; stream < 4; ++stream) put_to(stream, 0);
    for (std::size_t stream = 0; stream < 4; ++stream)
        for (std::size_t from = 32 * 1024; from < 128 * 1024; from += 32 * 1024)
            put_to(stream, from);
    waits.let_go();
    loop.run();
    EXPECT_EQ(left, 0);
    std::vector<std::size_t> streams;
    for (const auto& each : runs) streams.push_back(each.streams);
    EXPECT_EQ(streams, (std::vector<std::size_t>{1, 4, 4, 4, 3}));
}

// Threads that yield, and are starved, hand over what they have begun, and have it back later.
TEST_F(lanes_test, who_is_starved_of_the_core_is_relieved) {
    digest_engine yields(kernels, 1);
    const auto put_to = [&](std::size_t stream) {
        async_hash(loop, yields, hashers[stream], bytes[stream],
                   [this, stream](error_code) { ended.push_back(stream); });
    };
    put_to(0);
    waits.wait_until_begun();
    put_to(1);
    std::this_thread::sleep_for(300ms);  // in which its thread had no use of a core
    waits.let_go();
    loop.run();
    std::vector<std::size_t> blocks;
    for (const auto& each : runs) blocks.push_back(each.blocks * each.streams);
    EXPECT_EQ(blocks, (std::vector<std::size_t>{256, 512, 512, 512, 256}));
    for (std::size_t i = 1; i < runs.size(); ++i) EXPECT_NE(runs[i].on, runs[0].on);
    EXPECT_EQ(ended, (std::vector<std::size_t>{0, 1}));
    std::this_thread::sleep_for(1100ms);
    put_to(2);
    loop.run();
    EXPECT_EQ(runs.back().on, runs.front().on);
}

TEST_F(lanes_test, nothing_to_hash_is_told_at_once) {
    put(0, 0);
    put(1, 100);
    waits.let_go();
    loop.run();
    EXPECT_EQ(ended.size(), 2u);
    EXPECT_TRUE(runs.empty());
}

}  // namespace
