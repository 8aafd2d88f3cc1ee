// SPDX-License-Identifier: Apache-2.0
#include "core/patience.hpp"
#include "proto/http_head.hpp"
#include "server/request_body.hpp"
#include "server/response_writer.hpp"
#include "server/session.hpp"

#include <optional>

namespace glimt {

namespace {

http::head_limits limits_of(const settings& options) {
    return {static_cast<std::size_t>(options.head_bytes_max), options.header_count_max};
}

std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// One connection's HTTP/1.x, request after request.
class http_session {
public:
    http_session(session_context& context, connection& peer) : context_(context), peer_(peer) {}

    task<> run() {
        while (co_await wait_for_request(context_, peer_)) {
            auto memory = context_.borrow();
            if (!co_await read_head(memory->head)) co_return;
            if (!co_await serve_request(*memory.operator->())) co_return;
        }
    }

private:
    // Collects one head, blank line included. False: the connection is at its end.
    task<bool> read_head(std::string& head);

    // False: the connection is at its end.
    task<bool> serve_request(exchange_memory& memory);

    task<bool> end_of_request(request_body& body, bool keep);
    task<bool> refuse(exchange_memory& memory, unsigned status, std::string_view sentence);
    bool may_keep_alive(const request_head& head) const {
        return head.keep_alive && context_.options.http_keepalive &&
               !context_.here.children.draining();
    }

    session_context& context_;
    connection& peer_;
};

task<bool> http_session::read_head(std::string& head) {
    http::head_finder finder(limits_of(context_.options));
    peer_.limit(waiting_for::head, context_.options.header_timeout);
    for (;;) {
        const auto piece = as_text(peer_.incoming.front());
        const auto before = head.size();
        head += piece;
        if (const auto end = finder.find_end(head)) {
            peer_.incoming.consume(end - before);
            head.resize(end);
            peer_.here().counters.bytes_received.add(end);
            co_return true;
        }
        peer_.incoming.consume(piece.size());
        if (const auto error = finder.error()) {
            exchange_memory memory;
            co_return co_await refuse(memory, http::status_of(*error), http::sentence_of(*error));
        }
        if (co_await wait_for_more(peer_)) continue;
        if (!peer_.timed_out() || !finder.begun()) co_return false;
        exchange_memory memory;
        co_return co_await refuse(memory, 408, "The head of the request did not come in time.");
    }
}

task<bool> http_session::serve_request(exchange_memory& memory) {
    request_head head;
    if (const auto error = http::parse_head(memory.head, limits_of(context_.options), head))
        co_return co_await refuse(memory, http::status_of(*error), http::sentence_of(*error));
    context_.here.counters.requests_http.add();
    head.scheme = "http";
    head.remote_address = peer_.remote_address();

    request_body body(peer_, head, context_.options);
    request asked{head, body};
    auto answer = co_await glimt::answer(context_, asked, body);
    peer_.abort_when_gone(false);

    const bool small_rest = body.finished() || body.rest_is_small();
    const bool delimited = !head.http_1_0 || !answer.stream || answer.stream_bytes;
    const bool keep = may_keep_alive(head) && small_rest && delimited;
    response_framing how;
    how.chunked_allowed = !head.http_1_0;
    how.omit_body = head.method == "HEAD";
    how.date = context_.date();
    if (!keep)
        how.connection = "close";
    else if (head.http_1_0)
        how.connection = "keep-alive";
    const auto outcome = co_await send_response(peer_, answer, how,
                                                context_.options.body_idle_timeout, memory.scratch);
    if (outcome == send_outcome::broken) {
        peer_.reset_on_close();
        co_return false;
    }
    co_return co_await end_of_request(body, keep && outcome == send_outcome::sent);
}

task<bool> http_session::end_of_request(request_body& body, bool keep) {
    if (keep && co_await body.skip_rest()) co_return true;
    co_await end_gracefully(context_.options, peer_, !body.finished());
    co_return false;
}

task<bool> http_session::refuse(exchange_memory& memory, unsigned status,
                                std::string_view sentence) {
    context_.here.counters.requests_malformed.add();
    auto answer = refusal(status, sentence);
    response_framing how;
    how.connection = "close";
    how.date = context_.date();
    const auto outcome = co_await send_response(peer_, answer, how,
                                                context_.options.body_idle_timeout, memory.scratch);
    if (outcome != send_outcome::broken) co_await end_gracefully(context_.options, peer_, false);
    co_return false;
}

}  // namespace

task<> serve_http(session_context& context, connection& peer) {
    http_session session(context, peer);
    co_await session.run();
}

}  // namespace glimt
