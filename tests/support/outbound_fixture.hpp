// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/acceptor.hpp"
#include "core/nursery.hpp"
#include "outbound/http_client.hpp"
#include "outbound/uri_filter.hpp"
#include "support/loop_fixture.hpp"
#include "support/peer.hpp"
#include "support/sockets.hpp"
#include "support/sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace glimt::testing {

// The head of the next request of a client; empty when there is none.
inline task<std::string> next_head(peer& from) {
    std::size_t end = 0;
    while ((end = from.received.find("\r\n\r\n")) == std::string::npos)
        if (!co_await from.receive(from.received.size() + 1)) co_return "";
    std::string head = from.received.substr(0, end + 2);
    from.received.erase(0, end + 4);
    co_return head;
}

inline std::string answer_of(std::string_view body, std::string_view status = "200 OK",
                             std::string_view fields = "") {
    return fmt::format("HTTP/1.1 {}\r\n{}Content-Length: {}\r\n\r\n{}", status, fields, body.size(),
                       body);
}

inline std::string redirect_to(std::string_view where, std::string_view status = "302 Found") {
    return answer_of("moved", status, fmt::format("Location: {}\r\n", where));
}

// "within a server's head" as the name of a test.
inline std::string name_of_case(std::string what) {
    std::erase_if(what, [](char c) { return c == '\''; });
    std::ranges::replace(what, ' ', '_');
    return what;
}

// A client, and a server on the loopback that does what the test's conversation says on each
// connection. run() returns when the loop has run dry: nothing of curl's is left in the ring then.
struct outbound_fixture : loop_fixture {
    using conversation = std::function<task<>(peer&)>;

    std::vector<std::string> failures;
    nursery children{loop, [this](std::string_view, std::exception_ptr e) {
                         try {
                             std::rethrow_exception(std::move(e));
                         } catch (const std::exception& failure) {
                             failures.emplace_back(failure.what());
                         }
                     }};
    listening_socket listener;
    acceptor incoming{loop, listener.socket.get()};
    std::optional<http_client> client{loop};
    unsigned connections = 0;
    std::vector<std::string> heads;  // of the requests that answer_each() saw

    std::string port() {
        sockaddr_in name{};
        std::memcpy(&name, &listener.address.storage, sizeof name);
        return std::to_string(ntohs(name.sin_port));
    }
    std::string url(std::string_view path = "/", std::string_view host = "127.0.0.1") {
        return fmt::format("http://{}:{}{}", host, port(), path);
    }
    http_query query(std::string_view path = "/") {
        http_query asked;
        asked.url = url(path);
        return asked;
    }

    void serve(conversation each) { children.start("server", accept_all(std::move(each))); }

    // Answers every request of every connection with what `answer` makes of its head.
    void answer_each(std::function<std::string(const std::string& head)> answer) {
        serve([this, answer = std::move(answer)](peer& from) { return converse(from, answer); });
    }

    void run(task<> body) {
        loop_fixture::run(whole(std::move(body)));
        EXPECT_EQ(failures, std::vector<std::string>{});
    }

private:
    task<> whole(task<> body) {
        std::exception_ptr failure;
        try {
            co_await std::move(body);
        } catch (...) {
            failure = std::current_exception();
        }
        client.reset();
        children.abort();
        co_await children.join();
        co_await incoming.finish();
        if (failure) std::rethrow_exception(failure);
    }

    task<> accept_all(conversation each) {
        for (;;) {
            auto [ec, socket] = co_await incoming.next();
            if (ec) co_return;
            ++connections;
            children.start("connection", talk(std::move(socket), each));
        }
    }

    task<> talk(descriptor socket, conversation each) {
        peer from(loop, std::move(socket));
        co_await each(from);
    }

    task<> converse(peer& from, std::function<std::string(const std::string&)> answer) {
        for (;;) {
            auto head = co_await next_head(from);
            if (head.empty()) co_return;
            heads.push_back(head);
            if (!co_await from.send(answer(head))) co_return;
        }
    }
};

}  // namespace glimt::testing
