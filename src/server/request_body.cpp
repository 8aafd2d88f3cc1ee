// SPDX-License-Identifier: Apache-2.0
#include "server/request_body.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <string_view>

namespace glimt {

namespace {

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

// Up to so much unread body is cheaper to take than a new connection.
constexpr std::uint64_t small_rest_max = 64 * 1024;

// What is left of a chunk and is more than this is received where it shall end up.
constexpr std::size_t copied_max = 4096;

// What stands between two large chunks: the end of one and the head of the next, hardly ever more.
constexpr std::size_t framing_guess = 64;

}  // namespace

request_body::request_body(connection& peer, const request_head& head, const settings& limits)
    : peer_(peer), limits_(limits) {
    continue_owed_ = head.expects_continue;
    peer_.limit(waiting_for::body, {});  // until somebody reads
    if (head.body == body_kind::chunked)
        chunked_.emplace();
    else if (head.body == body_kind::length)
        left_ = head.body_bytes;
    if (!chunked_ && left_ == 0) finish();
}

void request_body::finish() {
    finished_ = true;
    continue_owed_ = false;
    peer_.limit(waiting_for::body, {});
    peer_.abort_when_gone(true);
}

task<std::size_t> request_body::read_some(asio::mutable_buffer into) {
    if (finished_) co_return 0;
    co_await continue_if_owed();
    if (chunked_) co_return co_await read_chunked(into);
    co_return co_await read_length(into);
}

task<> request_body::continue_if_owed() {
    if (!continue_owed_) co_return;
    continue_owed_ = false;
    peer_.here().counters.count_response(100);
    co_await peer_.send(asio::buffer(continue_line), limits_.body_idle_timeout);
}

bool request_body::has_more_now() const {
    return finished_ || peer_.incoming.ready() || peer_.bytes_pending();
}

task<> request_body::wait() {
    if (finished_) co_return;
    co_await continue_if_owed();
    while (!co_await wait_for_data()) co_await receive_framing();
    // The next read takes what is there without waiting, or finds out what has gone wrong.
}

// False: framing comes first, and is not there yet.
task<bool> request_body::wait_for_data() {
    if (chunked_) {
        const auto front = peer_.incoming.front();
        const auto framing = chunked_->feed_framing(front);
        count(framing);
        peer_.incoming.consume(framing);
        if (chunked_->failed()) fail(body_error::broken);
        if (chunked_->done()) finish();
        if (finished_) co_return true;
        if (chunked_->data_left() == 0) co_return false;
    }
    const auto began = peer_.here().loop.now();
    expect_bytes();
    co_await peer_.wait_for_bytes();
    peer_.limit(waiting_for::body, {});
    waited_ += peer_.here().loop.now() - began;
    co_return true;
}

task<std::size_t> request_body::read_length(asio::mutable_buffer into) {
    const auto wanted = std::min<std::uint64_t>(left_, into.size());
    const iovec direct{into.data(), static_cast<std::size_t>(wanted)};
    const auto n = co_await receive(std::span(&direct, 1));
    count(n);
    left_ -= n;
    if (left_ == 0) finish();
    co_return n;
}

task<std::size_t> request_body::read_chunked(asio::mutable_buffer into) {
    for (;;) {
        if (const auto n = decode_received(into); n || finished_) co_return n;
        if (chunked_->data_left() > copied_max) co_return co_await receive_chunks(into);
        co_await receive_framing();
    }
}

// Into its place, and what follows it, as far as it is likely to be like it.
task<std::size_t> request_body::receive_chunks(asio::mutable_buffer into) {
    http::chunk_scatter scatter;
    const auto parts = scatter.plan(*chunked_, {static_cast<std::byte*>(into.data()), into.size()});
    const auto received = co_await receive(parts);
    const auto settled = scatter.settle(*chunked_, received);
    if (chunked_->failed()) fail(body_error::broken);
    count(received - settled.misplaced.size());
    if (!settled.misplaced.empty()) peer_.incoming.put_back(settled.misplaced);
    if (chunked_->done()) finish();
    large_chunks_ = true;
    co_return settled.data;
}

// Moves data out of what was received together with framing, until `into` is full. What follows
// the body stays where it is: it is the next request.
std::size_t request_body::decode_received(asio::mutable_buffer into) {
    std::size_t filled = 0;
    while (!finished_ && filled < into.size() && !peer_.incoming.front().empty()) {
        // No more than there is room for: what is left over stays undecoded.
        const auto front = peer_.incoming.front();
        const auto step = chunked_->feed(front.first(std::min(front.size(), into.size() - filled)));
        if (chunked_->failed()) fail(body_error::broken);
        std::ranges::copy(step.data, static_cast<std::byte*>(into.data()) + filled);
        filled += step.data.size();
        count(step.consumed);
        peer_.incoming.consume(step.consumed);
        if (chunked_->done()) finish();
    }
    return filled;
}

task<> request_body::receive_framing() {
    const auto began = peer_.here().loop.now();
    expect_bytes();
    const auto guess = large_chunks_ ? framing_guess : copied_max;
    while (!peer_.incoming.ready()) co_await peer_.incoming.async_wait_once(guess, or_throw);
    large_chunks_ = false;
    peer_.limit(waiting_for::body, {});
    waited_ += peer_.here().loop.now() - began;
    if (peer_.incoming.ended()) fail(peer_.timed_out() ? body_error::too_slow : body_error::ended);
}

task<std::size_t> request_body::receive(std::span<const iovec> into) {
    const auto began = peer_.here().loop.now();
    expect_bytes();
    const auto n = co_await peer_.receive(into);
    peer_.limit(waiting_for::body, {});
    waited_ += peer_.here().loop.now() - began;
    if (n == 0) fail(peer_.timed_out() ? body_error::too_slow : body_error::ended);
    co_return n;
}

void request_body::count(std::size_t taken) {
    received_ += taken;
    peer_.here().counters.bytes_received.add(taken);
}

void request_body::expect_bytes() {
    if (below_least_rate()) fail(body_error::too_slow);
    peer_.limit(waiting_for::body, limits_.body_idle_timeout);
}

bool request_body::below_least_rate() const {
    if (limits_.body_bytes_per_second_min == 0) return false;
    const auto judged =
        std::chrono::duration_cast<std::chrono::seconds>(waited_ - limits_.body_rate_grace);
    if (judged.count() <= 0) return false;
    return received_ / static_cast<std::uint64_t>(judged.count()) <
           limits_.body_bytes_per_second_min;
}

void request_body::fail(body_error why) {
    if (why == body_error::too_slow && !peer_.timed_out())
        peer_.here().counters.timeouts_body.add();
    error_ = why;
    throw boost::system::system_error(asio::error::eof);
}

bool request_body::rest_is_small() const noexcept {
    return !chunked_ && error_ == body_error::none && !continue_owed_ && left_ <= small_rest_max;
}

task<bool> request_body::skip_rest() {
    std::array<std::byte, 4096> nowhere;
    try {
        while (!finished_) co_await read_some(asio::buffer(nowhere));
    } catch (const boost::system::system_error&) {
        if (error_ == body_error::none) throw;
    }
    peer_.abort_when_gone(false);  // nobody works on a request any more
    co_return finished_;
}

}  // namespace glimt
