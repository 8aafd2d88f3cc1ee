// SPDX-License-Identifier: Apache-2.0
#include "server/session.hpp"

#include "core/patience.hpp"
#include "proto/protocol_detection.hpp"

#include <fmt/format.h>

namespace glimt {

namespace {

// How long a peer may take to close that has nothing more to send.
constexpr std::chrono::seconds end_patience{2};

}  // namespace

std::string_view session_context::date() {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (now != date_of_) {
        date_of_ = now;
        date_ = http::http_date(now);
    }
    return date_.text();
}

session_context::lease session_context::borrow() {
    if (idle_.empty()) return {*this, std::make_unique<exchange_memory>()};
    auto memory = std::move(idle_.back());
    idle_.pop_back();
    return {*this, std::move(memory)};
}

void session_context::give_back(std::unique_ptr<exchange_memory> used) {
    if (idle_.size() == kept_max) return;
    for (auto* text : {&used->head, &used->scratch}) {
        text->clear();
        if (text->capacity() > kept_bytes_max) text->shrink_to_fit();
    }
    idle_.push_back(std::move(used));
}

task<bool> wait_for_request(session_context& context, connection& peer) {
    if (!peer.incoming.front().empty()) co_return true;
    co_await interruptible_by_drain();
    peer.limit(waiting_for::request, context.options.client_socket_timeout);
    while (!peer.incoming.ready() && !context.here.children.draining() && !peer.aborted())
        co_await peer.incoming.async_wait(or_error);
    co_await interruptible_by_abort();
    if (peer.aborted()) co_return false;  // the change of patience has forgotten it
    if (!peer.incoming.front().empty()) co_return true;
    if (peer.incoming.ended()) co_return false;
    // Draining: closing a socket with an unread request in it would reset the client.
    co_await peer.incoming.pause();
    if (!peer.incoming.front().empty()) co_return true;
    if (!peer.bytes_pending()) co_return false;
    co_return co_await wait_for_more(peer);
}

task<bool> wait_for_more(connection& peer) {
    while (!peer.incoming.ready()) co_await peer.incoming.async_wait(or_throw);
    co_return !peer.incoming.front().empty();
}

response refusal(unsigned status, std::string_view sentence) {
    response answer;
    answer.status = status;
    answer.headers.push_back({"Content-Type", "text/plain; charset=UTF-8"});
    answer.text = fmt::format("{} {}\n\n{}\n", status, http::reason_phrase(status), sentence);
    return answer;
}

task<response> answer(session_context& context, request& asked, const request_body& body) {
    try {
        co_return co_await context.app.answer(asked);
    } catch (const boost::system::system_error& e) {
        if (e.code() == asio::error::operation_aborted || body.error() == body_error::none) throw;
    }
    auto& count = context.here.counters;
    (body.error() == body_error::broken ? count.requests_malformed : count.clients_gone).add();
    if (body.error() == body_error::too_slow)
        co_return refusal(408, "The body of the request did not come in time.");
    co_return refusal(400, "The body of the request is incomplete or broken.");
}

task<> end_gracefully(const settings& limits, connection& peer, bool body_is_coming) {
    peer.finish_sending();
    co_await peer.discard_the_rest(body_is_coming ? limits.discard_timeout : end_patience,
                                   limits.discard_bytes_max);
}

task<> serve(session_context& context, descriptor socket, wire_protocol pinned,
             nursery::child& self) {
    connection peer(context.here, std::move(socket), self, context.options.client_gone_grace);
    if (!co_await wait_for_request(context, peer)) co_return;
    const auto first = detect_protocol(static_cast<char>(peer.incoming.front().front()));
    const bool speaks_uwsgi = first == protocol::uwsgi || first == protocol::ping;
    if (first == protocol::http && pinned != wire_protocol::uwsgi)
        co_await serve_http(context, peer);
    else if (speaks_uwsgi && pinned != wire_protocol::http)
        co_await serve_uwsgi(context, peer);
    else if (pinned == wire_protocol::http)
        co_await serve_http(context, peer);  // which says what is wrong
    else
        context.here.counters.requests_malformed.add();
}

}  // namespace glimt
