// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "core/fleet.hpp"
#include "proto/exchange.hpp"
#include "proto/http_response.hpp"
#include "server/connection.hpp"
#include "server/request_body.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// What one request needs in memory while it is worked on. Idle connections have none.
struct exchange_memory {
    std::string head;     // the head's bytes; what request_head's views point into
    std::string scratch;  // the response's head
};

// What the sessions of one shard share. Loop only; outlives them.
class session_context {
public:
    session_context(shard& where, responder& answers, const settings& limits)
        : here(where), app(answers), options(limits) {}

    shard& here;
    responder& app;
    const settings& options;

    // The present time as the Date header wants it.
    std::string_view date();

    class lease;
    lease borrow();

private:
    // Kept for the next requests; more than that are made and freed as needed.
    static constexpr std::size_t kept_max = 128;
    // A head or answer that grew beyond this does not stay.
    static constexpr std::size_t kept_bytes_max = 16 * 1024;

    void give_back(std::unique_ptr<exchange_memory> used);

    std::vector<std::unique_ptr<exchange_memory>> idle_;
    std::chrono::sys_seconds date_of_{};
    http::http_date date_{std::chrono::sys_seconds{}};
};

class session_context::lease {
public:
    lease(session_context& home, std::unique_ptr<exchange_memory> memory)
        : home_(home), memory_(std::move(memory)) {}
    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;
    ~lease() { home_.give_back(std::move(memory_)); }

    exchange_memory* operator->() const noexcept { return memory_.get(); }

private:
    session_context& home_;
    std::unique_ptr<exchange_memory> memory_;
};

// Serves a fresh connection until it ends: tells the protocol by the first byte, unless the
// listener pins it (front-ends.md U1). Throws operation_aborted when it is cut.
task<> serve(session_context& context, descriptor socket, wire_protocol pinned,
             nursery::child& self);

// The two protocols, from the first byte of the first head on, which is in peer.incoming.
task<> serve_http(session_context& context, connection& peer);
task<> serve_uwsgi(session_context& context, connection& peer);

// Waits between requests until bytes come. False: close now, because the client has gone or idled
// too long, or because we drain and it has not begun a request.
task<bool> wait_for_request(session_context& context, connection& peer);

// Waits for more of a head whose beginning is there. False: the client has gone or is too slow.
task<bool> wait_for_more(connection& peer);

// A calm answer in plain text to what cannot be understood.
response refusal(unsigned status, std::string_view sentence);

// Asks the application; what it throws because the body went wrong becomes the answer to that.
task<response> answer(session_context& context, request& asked, const request_body& body);

// After an answer with which the connection ends: lets the client read it, whatever it still sends.
task<> end_gracefully(const settings& limits, connection& peer, bool body_is_coming);

}  // namespace glimt
