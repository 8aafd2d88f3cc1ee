// SPDX-License-Identifier: Apache-2.0
#include "scenario/support/client.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace glimt::testing {

namespace {

using steady = std::chrono::steady_clock;

int left_until(steady::time_point end) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(0, left.count()));
}

bool wait_for(int socket, short what, int limit) {
    pollfd event{socket, what, 0};
    return ::poll(&event, 1, limit) == 1;
}

template <class Number>
Number number_in(std::string_view text, int base = 10) {
    Number number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number, base);
    return number;
}

sockaddr_storage parse_address(std::string_view text, socklen_t& size) {
    sockaddr_storage any{};
    if (text.starts_with("unix:")) {
        text.remove_prefix(5);
        auto& name = reinterpret_cast<sockaddr_un&>(any);
        name.sun_family = AF_UNIX;
        text.copy(name.sun_path, sizeof name.sun_path - 1);
        if (text.starts_with('@')) name.sun_path[0] = '\0';
        size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size());
        return any;
    }
    const auto colon = text.rfind(':');
    const auto port = htons(number_in<std::uint16_t>(text.substr(colon + 1)));
    if (text.starts_with('[')) {
        auto& six = reinterpret_cast<sockaddr_in6&>(any);
        six.sin6_family = AF_INET6;
        six.sin6_port = port;
        ::inet_pton(AF_INET6, std::string(text.substr(1, colon - 2)).c_str(), &six.sin6_addr);
        size = sizeof six;
        return any;
    }
    auto& four = reinterpret_cast<sockaddr_in&>(any);
    four.sin_family = AF_INET;
    four.sin_port = port;
    ::inet_pton(AF_INET, std::string(text.substr(0, colon)).c_str(), &four.sin_addr);
    size = sizeof four;
    return any;
}

}  // namespace

std::string reply::header(std::string_view name) const {
    for (std::size_t line = 0; (line = head.find("\r\n", line)) != std::string::npos;) {
        line += 2;
        const auto colon = line + name.size();
        if (head.size() <= colon || head[colon] != ':') continue;
        if (::strncasecmp(head.data() + line, name.data(), name.size()) != 0) continue;
        const auto value = head.find_first_not_of(' ', colon + 1);
        return head.substr(value, head.find("\r\n", value) - value);
    }
    return {};
}

client::client(const std::string& address, const options& with) {
    socklen_t size = 0;
    auto name = parse_address(address, size);
    socket_.reset(::socket(name.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (with.receive_buffer_bytes)
        ::setsockopt(socket(), SOL_SOCKET, SO_RCVBUF, &with.receive_buffer_bytes, sizeof(int));
    connected_ = ::connect(socket(), reinterpret_cast<sockaddr*>(&name), size) == 0;
    EXPECT_TRUE(connected_) << address << ": " << std::strerror(errno);
    const int at_once = 1;
    if (name.ss_family != AF_UNIX)
        ::setsockopt(socket(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
}

bool client::can_connect(const std::string& address) {
    socklen_t size = 0;
    auto name = parse_address(address, size);
    const descriptor probe(::socket(name.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return ::connect(probe.get(), reinterpret_cast<sockaddr*>(&name), size) == 0;
}

std::size_t client::try_send(std::string_view bytes, std::chrono::milliseconds limit) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        if (!wait_for(socket(), POLLOUT, static_cast<int>(limit.count()))) break;
        const auto n =
            ::send(socket(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN) continue;
        if (n < 0) break;
        sent += static_cast<std::size_t>(n);
    }
    return sent;
}

void client::send(std::string_view bytes) {
    EXPECT_EQ(try_send(bytes), bytes.size()) << std::strerror(errno);
}

void client::finish_sending() { ::shutdown(socket(), SHUT_WR); }

void client::reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
}

bool client::readable_within(std::chrono::milliseconds limit) const {
    return !received_.empty() || ending_ != ending::open ||
           wait_for(socket(), POLLIN, static_cast<int>(limit.count()));
}

bool client::receive_until(time_point end) {
    if (ending_ != ending::open || !wait_for(socket(), POLLIN, left_until(end))) return false;
    char piece[64 * 1024];
    const auto n = ::recv(socket(), piece, sizeof piece, 0);
    if (n < 0) ending_ = ending::reset;
    if (n == 0) ending_ = ending::orderly;
    if (n > 0) received_.append(piece, static_cast<std::size_t>(n));
    return n > 0;
}

std::string client::take(std::size_t bytes) {
    auto taken = received_.substr(0, bytes);
    received_.erase(0, bytes);
    return taken;
}

reply client::read_reply(bool to_head, std::chrono::milliseconds limit) {
    const auto end = steady::now() + limit;
    reply got;
    std::size_t blank = 0;
    while ((blank = received_.find("\r\n\r\n")) == std::string::npos)
        if (!receive_until(end)) return got;
    got.head = take(blank + 4).substr(0, blank);
    if (got.head.starts_with("HTTP/1."))
        got.status = number_in<unsigned>(std::string_view(got.head).substr(9, 3));
    if (to_head || got.status < 200 || got.status == 204 || got.status == 304)
        got.complete = true;
    else if (got.header("Transfer-Encoding") == "chunked")
        got.complete = receive_chunks(got, end);
    else if (const auto length = got.header("Content-Length"); !length.empty())
        got.complete = receive_body(got, number_in<std::size_t>(length), end);
    else {
        got.body = read_until_end(limit);
        got.complete = ending_ == ending::orderly;
    }
    return got;
}

bool client::receive_body(reply& into, std::size_t bytes, time_point end) {
    while (received_.size() < bytes)
        if (!receive_until(end)) break;
    const bool all = received_.size() >= bytes;
    into.body += take(bytes);
    return all;
}

bool client::receive_chunks(reply& into, time_point end) {
    for (;;) {
        std::size_t line = 0;
        while ((line = received_.find("\r\n")) == std::string::npos)
            if (!receive_until(end)) return false;
        const auto bytes = number_in<std::size_t>(take(line + 2), 16);
        if (!receive_body(into, bytes + 2, end)) return false;
        into.body.resize(into.body.size() - 2);
        if (bytes == 0) return true;
    }
}

std::string client::read_until_end(std::chrono::milliseconds limit) {
    const auto end = steady::now() + limit;
    while (receive_until(end)) continue;
    EXPECT_NE(ending_, ending::open) << "the connection is still open";
    return take(received_.size());
}

ending client::end_within(std::chrono::milliseconds limit) {
    const auto end = steady::now() + limit;
    while (receive_until(end)) received_.clear();
    return ending_;
}

}  // namespace glimt::testing
