// SPDX-License-Identifier: Apache-2.0
#include "server/listener.hpp"

#include <boost/system/system_error.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

using namespace glimt;

namespace {

struct listener_test : ::testing::Test {
    listener_test() {
        char name[] = "/tmp/glimt-listener-XXXXXX";
        folder = ::mkdtemp(name);
        path = folder + "/s";
    }
    ~listener_test() override { std::filesystem::remove_all(folder); }

    static listen_address at(const std::string& text) {
        listen_address where;
        EXPECT_EQ(parse_listen_address(text, where), "") << text;
        return where;
    }
    static listener open(const std::string& text) { return listener(at(text), {}); }

    static std::string failure_of(const std::string& text) {
        try {
            open(text);
        } catch (const boost::system::system_error& e) {
            return e.what();
        }
        return "";
    }

    // 0, or what connect(2) failed with.
    static int connect_to(const std::string& path_or_name) {
        sockaddr_un to{};
        to.sun_family = AF_UNIX;
        std::memcpy(to.sun_path, path_or_name.data(), path_or_name.size());
        const bool abstract = path_or_name.front() == '@';
        if (abstract) to.sun_path[0] = '\0';
        const auto bytes =
            abstract ? offsetof(sockaddr_un, sun_path) + path_or_name.size() : sizeof to;
        const descriptor peer(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        return ::connect(peer.get(), reinterpret_cast<sockaddr*>(&to),
                         static_cast<socklen_t>(bytes)) == 0
                   ? 0
                   : errno;
    }

    std::optional<struct stat> status() const {
        struct stat info{};
        if (::lstat(path.c_str(), &info) != 0) return {};
        return info;
    }

    std::string folder, path;
};

TEST_F(listener_test, names_the_port_that_the_kernel_chose) {
    const auto door = open("127.0.0.1:0");
    listen_address named;
    ASSERT_EQ(parse_listen_address(door.name(), named), "");
    EXPECT_EQ(named.host, "127.0.0.1");
    EXPECT_NE(named.port, 0);
}

TEST_F(listener_test, listens_on_ipv6_alone_when_named_and_on_both_when_nothing_is) {
    const descriptor probe(::socket(AF_INET6, SOCK_STREAM, 0));
    if (!probe) GTEST_SKIP() << "no IPv6 here";
    const auto six = open("[::1]:0");
    EXPECT_TRUE(six.name().starts_with("[::1]:")) << six.name();
    const auto all = open(":0");
    listen_address named;
    ASSERT_EQ(parse_listen_address(all.name(), named), "");
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(named.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const descriptor peer(::socket(AF_INET, SOCK_STREAM, 0));
    EXPECT_EQ(::connect(peer.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
}

TEST_F(listener_test, says_which_address_cannot_be_had) {
    const auto taken = open("127.0.0.1:0");
    EXPECT_NE(failure_of(taken.name()).find(taken.name()), std::string::npos);
    EXPECT_NE(failure_of("no such host:1").find("no such host:1"), std::string::npos);
    const auto missing = "unix:" + folder + "/missing/s";
    EXPECT_NE(failure_of(missing).find(missing), std::string::npos);
}

TEST_F(listener_test, a_unix_socket_has_the_mode_asked_for_whatever_the_umask) {
    for (const mode_t umask : {0, 022, 0777}) {
        const auto before = ::umask(umask);
        for (const auto& [query, mode] :
             {std::pair{"", 0660}, {"?mode=600", 0600}, {"?mode=777", 0777}, {"?mode=0", 0}}) {
            const auto door = open("unix:" + path + query);
            ASSERT_TRUE(status());
            EXPECT_EQ(status()->st_mode & 07777, static_cast<mode_t>(mode)) << query << umask;
        }
        ::umask(before);
    }
}

TEST_F(listener_test, a_unix_socket_has_the_owner_asked_for) {
    const auto mine = fmt::format("{}:{}", ::getuid(), ::getgid());
    {
        const auto door = open("unix:" + path + "?owner=" + mine);
        EXPECT_EQ(status()->st_uid, ::getuid());
        EXPECT_EQ(status()->st_gid, ::getgid());
    }
    if (::getuid() == 0) {
        const auto door = open("unix:" + path + "?owner=nobody:1234");
        EXPECT_NE(status()->st_uid, 0u);
        EXPECT_EQ(status()->st_gid, 1234u);
    }
}

TEST_F(listener_test, leaves_no_file_when_it_cannot_be_made) {
    for (const auto* owner : {"no-such-user", "root:no-such-group"}) {
        EXPECT_NE(failure_of("unix:" + path + "?owner=" + owner).find("no such"),
                  std::string::npos);
        EXPECT_FALSE(status());
    }
}

TEST_F(listener_test, replaces_what_a_dead_process_left_and_nothing_else) {
    {
        const descriptor dead(::socket(AF_UNIX, SOCK_STREAM, 0));
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        std::memcpy(name.sun_path, path.data(), path.size());
        ASSERT_EQ(::bind(dead.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
    }
    ASSERT_TRUE(status());
    {
        const auto door = open("unix:" + path);
        EXPECT_EQ(connect_to(path), 0);
        EXPECT_NE(failure_of("unix:" + path), "");  // a living one's
        EXPECT_EQ(connect_to(path), 0);
    }
    EXPECT_FALSE(status());
    std::ofstream(path) << "a file";
    EXPECT_NE(failure_of("unix:" + path), "");
    EXPECT_TRUE(status() && S_ISREG(status()->st_mode));
}

TEST_F(listener_test, removes_its_own_file_alone) {
    auto old = std::make_optional(open("unix:" + path));
    ::unlink(path.c_str());
    const auto next = open("unix:" + path);
    old.reset();
    EXPECT_TRUE(status());
    EXPECT_EQ(connect_to(path), 0);
}

TEST_F(listener_test, closes_once) {
    auto door = open("unix:" + path);
    auto moved = std::move(door);
    EXPECT_EQ(connect_to(path), 0);
    moved.close();
    EXPECT_FALSE(status());
    std::ofstream(path) << "somebody else's";
    moved.close();
    EXPECT_TRUE(status());
}

TEST_F(listener_test, listens_in_the_abstract_namespace) {
    const auto name = fmt::format("@glimt-listener-test-{}", ::getpid());
    auto door = open("unix:" + name);
    EXPECT_EQ(connect_to(name), 0);
    EXPECT_NE(failure_of("unix:" + name), "");
    EXPECT_FALSE(std::filesystem::exists(name));
    door.close();
    EXPECT_EQ(connect_to(name), ECONNREFUSED);
}

TEST_F(listener_test, gives_what_is_queued_and_does_not_wait) {
    auto door = open("unix:" + path);
    EXPECT_FALSE(door.accept_queued());
    EXPECT_EQ(connect_to(path), 0);
    EXPECT_EQ(connect_to(path), 0);
    EXPECT_TRUE(door.accept_queued());
    EXPECT_TRUE(door.accept_queued());
    EXPECT_FALSE(door.accept_queued());
}

}  // namespace
