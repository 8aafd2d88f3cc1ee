// SPDX-License-Identifier: Apache-2.0
#include "scenario/support/web_server.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <utility>

namespace glimt::testing {

namespace {

descriptor listener() {
    descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
    EXPECT_EQ(::listen(socket.get(), 16), 0);
    return socket;
}

// Empty when the client goes before.
std::string receive_head(int from) {
    std::string head;
    char piece[4096];
    for (;;) {
        if (const auto end = head.find("\r\n\r\n"); end != head.npos) return head.substr(0, end);
        const auto n = ::recv(from, piece, sizeof piece, 0);
        if (n <= 0) return {};
        head.append(piece, static_cast<std::size_t>(n));
    }
}

// As much of it as the client wants.
void send_all(int to, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

}  // namespace

web_server::web_server(answer of)
    : answer_(std::move(of)), listener_(listener()), thread_([this] { serve(); }) {}

web_server::~web_server() {
    ::shutdown(listener_.get(), SHUT_RDWR);  // ends the accept
    thread_.join();
}

std::string web_server::url(std::string_view path) const {
    sockaddr_in name{};
    socklen_t size = sizeof name;
    EXPECT_EQ(::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&name), &size), 0);
    return "http://127.0.0.1:" + std::to_string(ntohs(name.sin_port)) + std::string(path);
}

void web_server::serve() const {
    for (;;) {
        const descriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!client) return;
        const auto head = receive_head(client.get());
        if (!head.empty()) send_all(client.get(), answer_(head));
    }
}

}  // namespace glimt::testing
