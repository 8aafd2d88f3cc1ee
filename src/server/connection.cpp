// SPDX-License-Identifier: Apache-2.0
#include "server/connection.hpp"

#include "core/operations.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace glimt {

namespace {

// Written by whatever is thrown away, read by nobody.
constexpr std::size_t discard_bytes = 64 * 1024;
thread_local std::array<std::byte, discard_bytes> discarded;

counter& timeout_counter(counters& count, waiting_for what) {
    switch (what) {
        case waiting_for::head: return count.timeouts_header;
        case waiting_for::body:
        case waiting_for::client: return count.timeouts_body;
        case waiting_for::request:
        case waiting_for::answer:
        case waiting_for::end: break;
    }
    return count.timeouts_idle;
}

}  // namespace

connection::connection(shard& here, descriptor socket, nursery::child& self,
                       std::chrono::milliseconds gone_grace)
    : incoming(here.loop, socket.get(), on_end, this),
      here_(here),
      socket_(std::move(socket)),
      self_(self),
      limit_(here.limits, on_limit, this),
      gone_grace_(gone_grace) {
    here_.counters.connections_accepted.add();
    here_.counters.connections_open.add();
}

connection::~connection() { here_.counters.connections_open.subtract(); }

const std::string& connection::remote_address() {
    if (!remote_.empty()) return remote_;
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    std::array<char, NI_MAXHOST> text{};
    auto* address = reinterpret_cast<sockaddr*>(&peer);
    const bool known =
        ::getpeername(socket(), address, &size) == 0 && peer.ss_family != AF_UNIX &&
        ::getnameinfo(address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0;
    return remote_ = known ? text.data() : "unix:";
}

void connection::limit(waiting_for what, std::chrono::milliseconds patience) noexcept {
    waiting_ = what;
    if (patience.count() > 0)
        limit_.expire_after(patience);
    else
        limit_.clear();
}

void connection::on_limit(void* self) {
    auto& me = *static_cast<connection*>(self);
    if (me.waiting_ == waiting_for::answer) return me.client_is_gone();
    me.timed_out_ = true;
    timeout_counter(me.here_.counters, me.waiting_).add();
    // A client too slow to speak can still be told so; one too slow to listen cannot.
    ::shutdown(me.socket(), me.waiting_ == waiting_for::client ? SHUT_RDWR : SHUT_RD);
}

void connection::on_end(void* self) {
    auto& me = *static_cast<connection*>(self);
    if (!me.abort_when_gone_ || me.timed_out_) return;
    if (me.incoming.error()) return me.client_is_gone();
    me.limit(waiting_for::answer, me.gone_grace_);
}

void connection::client_is_gone() {
    here_.counters.clients_gone.add();
    self_.abort();
}

void connection::abort_when_gone(bool yes) {
    abort_when_gone_ = yes;
    if (!yes && waiting_ == waiting_for::answer) limit_.clear();
    if (yes) incoming.watch();
}

task<std::size_t> connection::receive(std::span<const iovec> into) {
    if (incoming.receiving()) co_await incoming.pause();
    if (const auto front = incoming.front(); !front.empty()) {
        const auto n = std::min(front.size(), into.front().iov_len);
        std::memcpy(into.front().iov_base, front.data(), n);
        incoming.consume(n);
        co_return n;
    }
    if (incoming.ended() || timed_out_) co_return 0;
    auto [ec, n] = co_await async_receive(here_.loop, socket(), into, or_error);
    if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
    co_return n;
}

task<> connection::wait_for_bytes() {
    if (incoming.receiving()) co_await incoming.pause();
    if (!incoming.front().empty() || incoming.ended() || timed_out_) co_return;
    auto [ec, events] = co_await async_poll(here_.loop, socket(), POLLIN, or_error);
    if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
}

task<bool> connection::send(asio::const_buffer bytes, std::chrono::milliseconds patience) {
    while (bytes.size() > 0) {
        limit(waiting_for::client, patience);
        auto [ec, n] = co_await async_send_some(here_.loop, socket(), bytes, or_error);
        if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
        if (ec || n == 0) co_return false;
        here_.counters.bytes_sent.add(n);
        bytes += n;
    }
    limit(waiting_for::client, {});
    co_return true;
}

void connection::finish_sending() noexcept { ::shutdown(socket(), SHUT_WR); }

task<> connection::discard_the_rest(std::chrono::milliseconds patience, std::uint64_t bytes_max) {
    co_await incoming.pause();
    while (!incoming.front().empty()) incoming.consume(incoming.front().size());
    if (incoming.ended()) co_return;
    // A byte now and then earns no time, or a client that trickles would stay for ever.
    std::uint64_t all = 0;
    for (std::size_t since = discard_bytes; bytes_max == 0 || all < bytes_max;) {
        if (since >= discard_bytes) {
            limit(waiting_for::end, patience);
            since = 0;
        }
        const asio::mutable_buffer nowhere(discarded.data(), discarded.size());
        // On TCP nothing is copied: MSG_TRUNC drops the bytes in the kernel.
        auto [ec, n] = co_await async_receive(here_.loop, socket(), nowhere, MSG_TRUNC, or_error);
        if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
        if (ec || n == 0) co_return;
        here_.counters.bytes_received.add(n);
        since += n;
        all += n;
    }
}

bool connection::bytes_pending() const noexcept {
    char byte;
    return ::recv(socket(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void connection::reset_on_close() noexcept {
    const linger now{1, 0};
    ::setsockopt(socket(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace glimt
