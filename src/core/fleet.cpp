// SPDX-License-Identifier: Apache-2.0
#include "core/fleet.hpp"

#include "core/failure_log.hpp"
#include "core/fault_ring.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <fmt/ranges.h>
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <stdexcept>

namespace glimt {

namespace {

constexpr std::string_view component = "glimt.core";
constexpr unsigned ring_entries = 1024;
constexpr unsigned receive_buffer_bytes = 4096;

// The processors this process may use, in order.
std::vector<int> usable_processors() {
    cpu_set_t set;
    std::vector<int> usable;
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return usable;
    for (int i = 0; i < CPU_SETSIZE; ++i)
        if (CPU_ISSET(i, &set)) usable.push_back(i);
    return usable;
}

void pin_this_thread(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    ::pthread_setaffinity_np(::pthread_self(), sizeof set, &set);
}

#ifndef NDEBUG
constexpr std::chrono::milliseconds stall_max{10};

void report_stall(void* context, std::chrono::milliseconds blocked) {
    auto& here = *static_cast<shard*>(context);
    here.counters.loop_stalls.add();
    here.out.warning(component, "shard {} was blocked for {} ms", here.index, blocked.count());
}
#endif

std::unique_ptr<ring> choose_ring(loop_kind kind) {
    if (kind == loop_kind::epoll) return make_software_ring(ring_entries);
    try {
        return make_kernel_ring(ring_entries);
    } catch (const boost::system::system_error&) {
        if (kind == loop_kind::uring) throw;
        return make_software_ring(ring_entries);
    }
}

#ifdef GLIMT_FAULTS
// Each ring counts for itself, so each has a plan of its own.
std::unique_ptr<ring> with_planned_faults(std::unique_ptr<ring> below) {
    const char* text = std::getenv("GLIMT_FAULTS");
    if (!text) return below;
    auto plan = parse_fault_plan(text);
    if (!plan) throw std::invalid_argument("GLIMT_FAULTS: " + plan.error());
    return make_fault_ring(std::move(below), std::make_shared<fault_plan>(std::move(*plan)));
}
#else
std::unique_ptr<ring> with_planned_faults(std::unique_ptr<ring> below) { return below; }
#endif

}  // namespace

std::unique_ptr<ring> make_ring(loop_kind kind) { return with_planned_faults(choose_ring(kind)); }

shard::shard(unsigned number, std::unique_ptr<ring> below, const options& sizes, log& to)
    : index(number),
      out(to),
      loop(std::move(below)),
      buffers(loop, sizes.body_buffers, sizes.body_buffer_bytes),
      children(loop, failures_to(to, component)) {
    loop.provide_buffers(sizes.receive_buffers, receive_buffer_bytes);
#ifndef NDEBUG
    loop.watch_for_stalls(stall_max, report_stall, this);
#endif
}

fleet::fleet(const options& with, log& out) : out_(out), pin_(with.pin) {
    const auto usable = static_cast<unsigned>(usable_processors().size());
    full_ = with.shards ? with.shards : std::max(1u, usable);
    for (unsigned i = 0; i < full_; ++i)
        shards_.push_back(std::make_unique<shard>(i, make_ring(with.loop), with.sizes, out));
    one_emptied_ = std::make_unique<event>(shards_.front()->loop);
    const auto got = shards_.front()->loop.below().name();
    if (with.loop == loop_kind::automatic && got != "io_uring")
        out.warning(component, "io_uring is refused here: {} shards run on {}", size(), got);
    else
        out.info(component, "{} shards run on {}", size(), got);
}

fleet::~fleet() { assert(threads_.empty()); }

void fleet::run(task<> keeper) {
    shard& first = *shards_.front();
    for (auto& each : shards_)
        asio::co_spawn(each->loop.get_executor(), wait_for_end(*each), [](std::exception_ptr) {});
    asio::co_spawn(first.loop.get_executor(), std::move(keeper),
                   [this](const std::exception_ptr& failure) {
                       if (failure) log_failure(out_, component, "the keeper", failure);
                       let_go();
                   });
    for (std::size_t i = 1; i < shards_.size(); ++i)
        threads_.emplace_back([this, &here = *shards_[i]] { run_shard(here); });
    run_shard(first);
    for (auto& each : threads_) each.join();
    threads_.clear();
}

void fleet::run_shard(shard& here) {
    const auto usable = pin_ ? usable_processors() : std::vector<int>();
    if (!usable.empty()) pin_this_thread(usable[here.index % usable.size()]);
    here.loop.run();
}

// Keeps the loop of a shard alive, even without children, until the keeper has ended: a loop that
// has left hears nothing, and a keeper that tells it something would wait for ever.
task<> fleet::wait_for_end(shard& here) {
    while (!here.children.draining()) co_await here.told_to_end_.async_wait(or_error);
    co_await here.children.join();
    asio::post(shards_.front()->loop.get_executor(), [this] {
        --full_;
        one_emptied_->notify_all();
    });
    while (!here.may_leave_) co_await here.told_to_end_.async_wait(or_error);
}

void fleet::let_go() {
    for (auto& each : shards_) {
        asio::post(each->loop.get_executor(), [&here = *each] {
            here.children.abort();
            here.may_leave_ = true;
            here.told_to_end_.notify_all();
        });
    }
}

namespace {

task<> drain_here(shard& here, event& told_to_end) {
    here.children.drain();
    told_to_end.notify_all();
    co_return;
}

task<> abort_here(shard& here, event& told_to_end) {
    if (here.children.size() > 0)
        here.out.warning(component, "shard {} cuts: {}", here.index,
                         fmt::join(here.children.names(), ", "));
    here.children.abort();
    told_to_end.notify_all();
    co_return;
}

}  // namespace

task<> fleet::drain() {
    for (auto& each : shards_)
        co_await asio::co_spawn(each->loop.get_executor(), drain_here(*each, each->told_to_end_),
                                or_throw);
}

task<> fleet::abort() {
    for (auto& each : shards_)
        co_await asio::co_spawn(each->loop.get_executor(), abort_here(*each, each->told_to_end_),
                                or_throw);
}

task<> fleet::emptied() {
    while (full_) co_await one_emptied_->async_wait(or_throw);
}

}  // namespace glimt
