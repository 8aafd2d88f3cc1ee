// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/descriptor.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <string>
#include <utility>

// Connected and listening sockets, made with plain system calls: what a test of our own operations
// stands on.
namespace glimt::testing {

struct socket_ends {
    descriptor here, there;
};

inline socket_ends unix_ends() {
    int pair[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    return {descriptor(pair[0]), descriptor(pair[1])};
}

struct pipe_ends {
    descriptor out, in;  // read from `out` what was written to `in`
    pipe_ends() {
        int pair[2] = {-1, -1};
        EXPECT_EQ(::pipe2(pair, O_CLOEXEC), 0);
        out.reset(pair[0]);
        in.reset(pair[1]);
    }
};

// An address as async_connect takes it.
struct socket_address {
    sockaddr_storage storage{};
    socklen_t bytes = 0;

    sockaddr* generic() { return reinterpret_cast<sockaddr*>(&storage); }
};

inline socket_address unix_address(const std::string& path) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    EXPECT_LT(path.size(), sizeof name.sun_path);
    std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
    socket_address address;
    std::memcpy(&address.storage, &name, sizeof name);
    address.bytes = sizeof name;
    return address;
}

// Listens on a free port of the loopback, or on a unix socket.
struct listening_socket {
    explicit listening_socket(int backlog = 4096) {
        sockaddr_in any{};
        any.sin_family = AF_INET;
        any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        std::memcpy(&address.storage, &any, sizeof any);
        address.bytes = sizeof any;
        open(backlog);
    }
    explicit listening_socket(const std::string& path) : address(unix_address(path)) { open(64); }

    descriptor connect() {
        descriptor client(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        EXPECT_EQ(::connect(client.get(), address.generic(), address.bytes), 0) << errno;
        return client;
    }

    socket_address address;
    descriptor socket;

private:
    void open(int backlog) {
        socket.reset(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        EXPECT_EQ(::bind(socket.get(), address.generic(), address.bytes), 0) << errno;
        EXPECT_EQ(::listen(socket.get(), backlog), 0);
        socklen_t size = sizeof address.storage;
        EXPECT_EQ(::getsockname(socket.get(), address.generic(), &size), 0);
    }
};

inline socket_ends tcp_ends() {
    listening_socket listener;
    descriptor there = listener.connect();
    return {descriptor(::accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC)),
            std::move(there)};
}

// Closes so that the peer sees a reset.
inline void close_with_reset(descriptor socket) {
    const linger at_once{1, 0};
    EXPECT_EQ(::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
}

// Bytes of which each tells its place in the stream, so that none can be lost, doubled or moved.
inline char stream_byte(std::size_t place) {
    return static_cast<char>(place * 7 + place / 251 + place / 65'537);
}
inline std::string stream_bytes(std::size_t from, std::size_t count) {
    std::string bytes(count, '\0');
    for (std::size_t i = 0; i < count; ++i) bytes[i] = stream_byte(from + i);
    return bytes;
}

}  // namespace glimt::testing
