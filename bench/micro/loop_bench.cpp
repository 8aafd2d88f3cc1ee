// SPDX-License-Identifier: Apache-2.0
#include "core/descriptor.hpp"
#include "core/fleet.hpp"
#include "core/nursery.hpp"
#include "core/operations.hpp"
#include "core/task.hpp"

#include <benchmark/benchmark.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <exception>
#include <thread>

using namespace glimt;

namespace {

// Each benchmark has the loop it runs on as its argument.
void both_loops(benchmark::internal::Benchmark* each) {
    each->Arg(int(loop_kind::uring))->Arg(int(loop_kind::epoll))->ArgName("uring1_epoll2");
}

// Runs `body` as the only coroutine of a loop. The loop is made outside of the measured time.
void run_on_loop(ring_context& loop, task<> body) {
    asio::co_spawn(loop.get_executor(), std::move(body), [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    });
    loop.run();
}

// The cheapest operation there is: awaiting it costs a turn of the loop.
task<> poll_ready(ring_context& loop, benchmark::State& state) {
    const descriptor ready(::eventfd(1, EFD_CLOEXEC));
    for (auto _ : state) {
        auto [ec, events] = co_await async_poll(loop, ready.get(), POLLIN, or_error);
        if (ec || events != POLLIN) co_return state.SkipWithError("not ready");
    }
    state.SetItemsProcessed(state.iterations());
}
void await_a_ready_poll(benchmark::State& state) {
    ring_context loop(make_ring(static_cast<loop_kind>(state.range(0))));
    run_on_loop(loop, poll_ready(loop, state));
}
BENCHMARK(await_a_ready_poll)->Apply(both_loops);

// One byte there, one byte back over a socket pair: four operations.
task<> ping_pong(ring_context& loop, benchmark::State& state) {
    std::array<int, 2> pair{};
    ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data());
    const descriptor one(pair[0]), two(pair[1]);
    char byte = 'x';
    const auto memory = asio::buffer(&byte, 1);
    for (auto _ : state) {
        std::size_t moved = 0;
        moved += co_await async_send(loop, one.get(), memory, or_throw);
        moved += co_await async_receive(loop, two.get(), memory, 0, or_throw);
        moved += co_await async_send(loop, two.get(), memory, or_throw);
        moved += co_await async_receive(loop, one.get(), memory, 0, or_throw);
        if (moved != 4) co_return state.SkipWithError("bytes are missing");
    }
    state.SetItemsProcessed(state.iterations() * 4);
}
void socket_ping_pong(benchmark::State& state) {
    ring_context loop(make_ring(static_cast<loop_kind>(state.range(0))));
    run_on_loop(loop, ping_pong(loop, state));
}
BENCHMARK(socket_ping_pong)->Apply(both_loops);

task<> end_at_once(int& ended) {
    ++ended;
    co_return;
}

// A hundred children start and leave.
task<> start_and_join(ring_context& loop, benchmark::State& state) {
    for (auto _ : state) {
        nursery children(loop, [](std::string_view, std::exception_ptr) {});
        int ended = 0;
        for (int i = 0; i < 100; ++i) children.start("child", end_at_once(ended));
        co_await children.join();
        if (ended != 100) co_return state.SkipWithError("a child is missing");
    }
    state.SetItemsProcessed(state.iterations() * 100);
}
void nursery_start_and_leave(benchmark::State& state) {
    ring_context loop(make_ring(static_cast<loop_kind>(state.range(0))));
    run_on_loop(loop, start_and_join(loop, state));
}
BENCHMARK(nursery_start_and_leave)->Apply(both_loops);

// A loop on a thread of its own, and how many functions it has run.
struct other_shard {
    explicit other_shard(loop_kind kind) : loop(make_ring(kind)) {}
    ~other_shard() {
        guard.reset();
        thread.join();
    }
    void post_one() {
        asio::post(loop.get_executor(), [this] { ran.fetch_add(1, std::memory_order_release); });
    }
    ring_context loop;
    std::atomic<std::int64_t> ran{0};
    asio::executor_work_guard<executor> guard{loop.get_executor()};
    std::thread thread{[this] { loop.run(); }};
};

constexpr int posts_per_burst = 64;

// From a loop to another, 64 in a turn, and back when the last has arrived. Real time: two threads.
task<> post_bursts(ring_context& loop, other_shard& there, benchmark::State& state) {
    event arrived(loop);
    std::int64_t expected = 0;
    for (auto _ : state) {
        for (int i = 0; i < posts_per_burst; ++i) there.post_one();
        bool back = false;
        asio::post(there.loop.get_executor(), [&] {
            asio::post(loop.get_executor(), [&] {
                back = true;
                arrived.notify_all();
            });
        });
        while (!back) co_await arrived.async_wait(or_throw);
        expected += posts_per_burst;
        if (there.ran != expected) co_return state.SkipWithError("a message is missing");
    }
    state.SetItemsProcessed(state.iterations() * posts_per_burst);
}
void post_from_shard_to_shard(benchmark::State& state) {
    const auto kind = static_cast<loop_kind>(state.range(0));
    other_shard there(kind);
    ring_context loop(make_ring(kind));
    run_on_loop(loop, post_bursts(loop, there, state));
}
BENCHMARK(post_from_shard_to_shard)->Apply(both_loops)->UseRealTime();

// From a thread without a loop; 64, then until they have run.
void post_from_thread_to_shard(benchmark::State& state) {
    other_shard there(static_cast<loop_kind>(state.range(0)));
    std::int64_t expected = 0;
    for (auto _ : state) {
        for (int i = 0; i < posts_per_burst; ++i) there.post_one();
        expected += posts_per_burst;
        while (there.ran.load(std::memory_order_acquire) < expected) std::this_thread::yield();
        if (there.ran != expected) return state.SkipWithError("a message is doubled");
    }
    state.SetItemsProcessed(state.iterations() * posts_per_burst);
}
BENCHMARK(post_from_thread_to_shard)->Apply(both_loops)->UseRealTime();

}  // namespace
