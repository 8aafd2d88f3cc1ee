// SPDX-License-Identifier: Apache-2.0
#include "proto/uwsgi.hpp"
#include "server/request_body.hpp"
#include "server/response_writer.hpp"
#include "server/session.hpp"

namespace glimt {

namespace {

uwsgi::head_limits limits_of(const settings& options) {
    return {std::min<std::size_t>(options.head_bytes_max, 65535)};
}

// One uwsgi connection: one request, answered and closed (front-ends.md U1-U10).
class uwsgi_session {
public:
    uwsgi_session(session_context& context, connection& peer) : context_(context), peer_(peer) {}

    task<> run(exchange_memory& memory);

private:
    // Collects the head. False: there is no request to serve.
    task<bool> read_head(exchange_memory& memory);
    task<> serve_request(exchange_memory& memory, const request_head& head);
    task<> refuse(exchange_memory& memory, uwsgi::head_error error);
    task<bool> send(exchange_memory& memory, response& answer);

    session_context& context_;
    connection& peer_;
};

task<> uwsgi_session::run(exchange_memory& memory) {
    if (!co_await read_head(memory)) co_return;
    request_head head;
    const auto error = uwsgi::parse_head(memory.head, head, limits_of(context_.options));
    if (error)
        co_await refuse(memory, *error);
    else
        co_await serve_request(memory, head);
}

task<bool> uwsgi_session::read_head(exchange_memory& memory) {
    peer_.limit(waiting_for::head, context_.options.header_timeout);
    do {
        const auto piece = peer_.incoming.front();
        const auto before = memory.head.size();
        memory.head.append(reinterpret_cast<const char*>(piece.data()), piece.size());
        const auto progress = uwsgi::examine(memory.head, limits_of(context_.options));
        const bool complete = progress.state == uwsgi::head_state::complete;
        peer_.incoming.consume(complete ? progress.head_bytes - before : piece.size());
        switch (progress.state) {
            case uwsgi::head_state::incomplete: break;
            case uwsgi::head_state::complete:
                memory.head.resize(progress.head_bytes);
                peer_.here().counters.bytes_received.add(progress.head_bytes);
                co_return true;
            case uwsgi::head_state::ping:
                co_await peer_.send(asio::buffer(uwsgi::ping_answer),
                                    context_.options.header_timeout);
                co_await end_gracefully(context_.options, peer_, false);
                co_return false;
            case uwsgi::head_state::refused:
                co_await refuse(memory, *progress.error);
                co_return false;
        }
    } while (co_await wait_for_more(peer_));
    co_return false;
}

task<> uwsgi_session::serve_request(exchange_memory& memory, const request_head& head) {
    context_.here.counters.requests_uwsgi.add();
    request_body body(peer_, head, context_.options);
    request asked{head, body};
    auto said = co_await answer(context_, asked, body);
    peer_.abort_when_gone(false);
    // An end before the declared end is how a front end reports an aborted upload (U4).
    if (body.error() == body_error::ended) co_return;
    if (!co_await send(memory, said)) co_return peer_.reset_on_close();
    // uWSGI's own router resets its client when we end our direction before the body's end.
    if (head.behind_uwsgi_router) co_await body.skip_rest();
    co_await end_gracefully(context_.options, peer_, !body.finished());
}

task<> uwsgi_session::refuse(exchange_memory& memory, uwsgi::head_error error) {
    context_.here.counters.requests_malformed.add();
    const auto status = uwsgi::status_of(error);
    if (status == 0) co_return;
    auto said = refusal(status, uwsgi::sentence_of(error));
    if (co_await send(memory, said)) co_await end_gracefully(context_.options, peer_, false);
}

// Never chunked, never kept alive: front ends pass on what follows the head as it is (U7).
task<bool> uwsgi_session::send(exchange_memory& memory, response& answer) {
    const auto outcome = co_await send_response(peer_, answer, {},
                                                context_.options.body_idle_timeout, memory.scratch);
    co_return outcome != send_outcome::broken;
}

}  // namespace

task<> serve_uwsgi(session_context& context, connection& peer) {
    const auto memory = context.borrow();
    uwsgi_session session(context, peer);
    co_await session.run(*memory.operator->());
}

}  // namespace glimt
