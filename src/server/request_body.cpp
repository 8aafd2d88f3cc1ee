// SPDX-License-Identifier: Apache-2.0
#include "server/request_body.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace glimt {

namespace {

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

// Up to so much unread body is cheaper to take than a new connection.
constexpr std::uint64_t small_rest_max = 64 * 1024;

// Framing behind a large chunk: its end and the next one's head, hardly ever more.
constexpr std::size_t framing_guess = 64;

}  // namespace

request_body::request_body(connection& peer, const request_head& head, const settings& limits)
    : peer_(peer), limits_(limits), began_(peer.here().loop.now()) {
    continue_owed_ = head.expects_continue;
    if (head.body == body_kind::chunked)
        chunked_ = std::make_unique<framing>();
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
    if (continue_owed_) {
        continue_owed_ = false;
        began_ = peer_.here().loop.now();
        peer_.here().counters.count_response(100);
        co_await peer_.send(asio::buffer(continue_line));
    }
    if (chunked_) co_return co_await read_chunked(into);
    co_return co_await read_length(into);
}

task<std::size_t> request_body::read_length(asio::mutable_buffer into) {
    const auto wanted = std::min<std::uint64_t>(left_, into.size());
    const auto n = co_await receive(asio::buffer(into, static_cast<std::size_t>(wanted)));
    left_ -= n;
    if (left_ == 0) finish();
    co_return n;
}

task<std::size_t> request_body::read_chunked(asio::mutable_buffer into) {
    auto& decoder = chunked_->decoder;
    for (;;) {
        if (const auto n = decode_received(into); n || finished_) co_return n;
        if (const auto certain = decoder.data_left(); certain > framing::bytes_max) {
            const auto wanted = std::min<std::uint64_t>(certain, into.size());
            const auto direct = asio::buffer(into, static_cast<std::size_t>(wanted));
            const auto n = co_await receive(direct);
            decoder.feed({static_cast<const std::byte*>(direct.data()), n});
            chunked_->large_chunks = true;
            co_return n;
        }
        co_await receive_framing();
    }
}

// Moves data out of what was received together with framing, until `into` is full.
std::size_t request_body::decode_received(asio::mutable_buffer into) {
    auto& decoder = chunked_->decoder;
    std::size_t filled = 0;
    while (chunked_->begin < chunked_->end && filled < into.size()) {
        // No more than there is room for: what is left over stays undecoded.
        const auto fed = std::min(chunked_->end - chunked_->begin, into.size() - filled);
        const auto step = decoder.feed({chunked_->raw.data() + chunked_->begin, fed});
        if (decoder.failed()) fail(body_error::broken);
        std::memcpy(static_cast<std::byte*>(into.data()) + filled, step.data.data(),
                    step.data.size());
        chunked_->begin += step.consumed;
        filled += step.data.size();
        if (decoder.done()) {
            finish();
            break;
        }
    }
    return filled;
}

task<> request_body::receive_framing() {
    const auto wanted = chunked_->large_chunks && !chunked_->decoder.data_left()
                            ? framing_guess
                            : framing::bytes_max;
    chunked_->large_chunks = false;
    chunked_->begin = 0;
    chunked_->end = co_await receive(asio::buffer(chunked_->raw.data(), wanted));
}

task<std::size_t> request_body::receive(asio::mutable_buffer into) {
    peer_.limit(waiting_for::body, limits_.body_idle_timeout);
    const auto n = co_await peer_.receive(into);
    if (n == 0) fail(peer_.timed_out() ? body_error::too_slow : body_error::ended);
    received_ += n;
    if (below_least_rate()) fail(body_error::too_slow);
    co_return n;
}

bool request_body::below_least_rate() const {
    if (limits_.body_bytes_per_second_min == 0) return false;
    const auto passed = std::chrono::duration_cast<std::chrono::seconds>(
        peer_.here().loop.now() - began_ - limits_.body_rate_grace);
    if (passed.count() <= 0) return false;
    return received_ / static_cast<std::uint64_t>(passed.count()) <
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
    co_return finished_;
}

}  // namespace glimt
