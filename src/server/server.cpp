// SPDX-License-Identifier: Apache-2.0
#include "server/server.hpp"

#include "core/operations.hpp"
#include "core/patience.hpp"
#include "core/uncancelled.hpp"

#include <boost/asio/post.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace glimt {

namespace {

constexpr std::string_view component = "glimt.server";

// How long to let connections end before accepting again.
constexpr std::chrono::milliseconds exhaustion_pause{100};
constexpr std::chrono::milliseconds room_pause{20};

// Descriptors that connections leave to everything else: files, rings, the database.
constexpr std::size_t reserved_descriptors = 64;

std::size_t descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > 2 * reserved_descriptors ? limit.rlim_cur - reserved_descriptors
                                                     : reserved_descriptors;
}

}  // namespace

server::server(fleet& shards, std::vector<responder*> apps, const settings& options)
    : shards_(shards),
      connections_max_(options.connections_max ? options.connections_max : descriptor_limit()),
      closed_(shards[0].loop) {
    assert(apps.size() == shards.size());
    for (std::size_t i = 0; i < shards.size(); ++i)
        posts_.push_back(std::make_unique<post>(shards[i], *apps[i], options));
    const listener::options with{options.backlog, options.tcp_keepidle};
    for (const auto& address : options.listen)
        entrances_.emplace_back(listener(address, with), shards[0].loop);
}

server::~server() = default;

std::vector<std::string_view> server::addresses() const {
    std::vector<std::string_view> names;
    for (const auto& each : entrances_) names.push_back(each.door.name());
    return names;
}

void server::start() {
    for (auto& each : entrances_) {
        ++open_;
        shards_[0].children.start("listener", accept_from(each));
    }
}

task<> server::close() {
    closing_ = true;
    for (auto& each : entrances_) co_await each.accepting.finish();
    while (open_) co_await closed_.async_wait(uncancelled());
}

task<> server::accept_from(entrance& from) {
    co_await interruptible_by_drain();
    while (!closing_ && !shards_[0].children.draining()) {
        co_await wait_for_room();
        auto [failure, socket] = co_await from.accepting.next();
        if (socket) {
            exhausted_ = false;
            hand_over(std::move(socket), from.door.protocol());
        } else if (failure != asio::error::operation_aborted) {
            co_await pause_after(failure, from);
        }
    }
    co_await from.accepting.finish();  // what is accepted already may still be on its way to us
    // Closing a listening socket resets what is queued in it: take that first.
    while (auto socket = from.accepting.take()) hand_over(std::move(socket), from.door.protocol());
    while (auto socket = from.door.accept_queued())
        hand_over(std::move(socket), from.door.protocol());
    from.door.close();
    --open_;
    closed_.notify_all();
}

// An accept that fails, for any reason but the client's, would fail again at once.
task<> server::pause_after(const error_code& failure, const entrance& from) {
    if (failure.value() == ECONNABORTED) co_return;
    if (!std::exchange(exhausted_, true))
        shards_[0].out.error(component, "cannot accept on {}: {}", from.door.name(),
                             failure.message());
    co_await async_sleep(shards_[0].loop, exhaustion_pause, or_error);
}

// Beyond the limit clients wait in the kernel's queue.
task<> server::wait_for_room() {
    while (connections() >= connections_max_ && !closing_) {
        if (!std::exchange(exhausted_, true))
            shards_[0].out.warning(component, "{} connections are open: no more are accepted",
                                   connections_max_);
        auto [ec] = co_await async_sleep(shards_[0].loop, room_pause, or_error);
        if (ec) co_return;
    }
}

std::size_t server::connections() const noexcept {
    std::size_t all = 0;
    for (const auto& each : posts_) all += each->connections.load(std::memory_order_relaxed);
    return all;
}

server::post& server::least_loaded() noexcept {
    return **std::ranges::min_element(posts_, {}, [](const auto& each) {
        return each->connections.load(std::memory_order_relaxed);
    });
}

void server::hand_over(descriptor socket, wire_protocol protocol) {
    post& there = least_loaded();
    there.connections.fetch_add(1, std::memory_order_relaxed);
    if (there.context.here.loop.in_loop()) return adopt(there, std::move(socket), protocol);
    asio::post(there.context.here.loop.get_executor(),
               [this, &there, protocol, socket = std::move(socket)]() mutable {
                   adopt(there, std::move(socket), protocol);
               });
}

void server::adopt(post& there, descriptor socket, wire_protocol protocol) {
    const bool started = there.context.here.children.start_knowing(
        "connection",
        [&](nursery::child& self) { return serve_here(there, std::move(socket), protocol, self); });
    if (!started) there.connections.fetch_sub(1, std::memory_order_relaxed);
}

task<> server::serve_here(post& here, descriptor socket, wire_protocol protocol,
                          nursery::child& self) {
    struct leaving {
        post& from;
        ~leaving() { from.connections.fetch_sub(1, std::memory_order_relaxed); }
    } on_exit{here};
    co_await serve(here.context, std::move(socket), protocol, self);
}

}  // namespace glimt
