// SPDX-License-Identifier: Apache-2.0
// Where it listens: TCP and unix sockets, several at once, each with its protocol; and a clear
// sentence when an address cannot be had.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <csignal>
#include <filesystem>

namespace glimt::testing {

namespace {

constexpr std::string_view uwsgi_ping{"\x64\0\0\0", 4};

struct stat status_of(const std::string& path) {
    struct stat info{};
    EXPECT_EQ(::lstat(path.c_str(), &info), 0) << path;
    return info;
}

// A glimt that cannot start: its exit code and what it says.
struct failed_start {
    std::optional<int> status;
    std::string said;
};
failed_start start_on(const std::string& address) {
    glimt_process server({.listen = {address}, .await_listening = false});
    const auto status = server.wait();
    return {status, server.log()};
}

}  // namespace

TEST(listeners_scenario, several_addresses_are_one_server) {
    const temporary_folder folder;
    const glimt_process server({.listen = {"127.0.0.1:0", "127.0.0.1:0", "unix:" + (folder / "a"),
                                           "unix:@glimt-scenario-" + std::to_string(::getpid())}});
    ASSERT_EQ(server.addresses().size(), 4u);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(server.status_of_get("/healthcheck", i), 200u);
}

TEST(listeners_scenario, ipv6_is_an_address_like_any_other) {
    const temporary_folder folder;
    if (!std::filesystem::exists("/proc/net/if_inet6")) GTEST_SKIP() << "no IPv6 here";
    const glimt_process server({.listen = {"[::1]:0"}});
    EXPECT_EQ(server.status_of_get("/healthcheck"), 200u);
}

TEST(listeners_scenario, a_unix_socket_has_the_mode_and_owner_asked_for) {
    const temporary_folder folder;
    const auto plain = folder / "plain", asked = folder / "asked";
    const bool root = ::geteuid() == 0;
    const std::string owner = root ? "&owner=65534:65534" : "";
    glimt_process server({.listen = {"unix:" + plain, "unix:" + asked + "?mode=606" + owner}});
    EXPECT_EQ(status_of(plain).st_mode, S_IFSOCK | 0660u);
    EXPECT_EQ(status_of(asked).st_mode, S_IFSOCK | 0606u);
    EXPECT_EQ(status_of(plain).st_uid, ::geteuid());
    if (root) EXPECT_EQ(status_of(asked).st_uid, 65534u);
    if (root) EXPECT_EQ(status_of(asked).st_gid, 65534u);
    EXPECT_EQ(server.status_of_get("/healthcheck", 0), 200u);
    EXPECT_EQ(server.status_of_get("/healthcheck", 1), 200u);
    server.send(SIGTERM);
    EXPECT_EQ(server.wait(), 0);
    EXPECT_FALSE(std::filesystem::exists(plain));
    EXPECT_FALSE(std::filesystem::exists(asked));
}

TEST(listeners_scenario, a_socket_that_a_dead_process_left_is_replaced) {
    const temporary_folder folder;
    const auto path = folder / "socket";
    {
        glimt_process killed({.listen = {"unix:" + path}});
        killed.send(SIGKILL);
        EXPECT_EQ(killed.wait(), -SIGKILL);
    }
    EXPECT_TRUE(std::filesystem::exists(path));
    const glimt_process server({.listen = {"unix:" + path}});
    EXPECT_EQ(server.status_of_get("/healthcheck"), 200u);
}

TEST(listeners_scenario, the_socket_of_a_living_process_is_left_alone) {
    const temporary_folder folder;
    const auto path = folder / "socket";
    const glimt_process first({.listen = {"unix:" + path}});
    const auto second = start_on("unix:" + path);
    EXPECT_EQ(second.status, 1);
    EXPECT_NE(second.said.find(path), std::string::npos) << second.said;
    EXPECT_NE(second.said.find("Address already in use"), std::string::npos) << second.said;
    EXPECT_EQ(first.status_of_get("/healthcheck"), 200u);
}

TEST(listeners_scenario, a_file_that_is_no_socket_is_left_alone) {
    const temporary_folder folder;
    const auto path = folder.write("letter", "dear reader");
    EXPECT_EQ(start_on("unix:" + path).status, 1);
    EXPECT_EQ(read_file(path), "dear reader");
}

TEST(listeners_scenario, what_stands_there_at_the_end_is_not_ours_to_remove) {
    const temporary_folder folder;
    const auto path = folder / "socket";
    glimt_process server({.listen = {"unix:" + path}});
    std::filesystem::remove(path);
    folder.write("socket", "somebody else's");
    server.send(SIGTERM);
    EXPECT_EQ(server.wait(), 0);
    EXPECT_EQ(read_file(path), "somebody else's");
}

TEST(listeners_scenario, a_port_in_use_is_named) {
    const glimt_process first;
    const auto address = first.addresses()[0];
    const auto second = start_on(address);
    EXPECT_EQ(second.status, 1);
    EXPECT_NE(second.said.find(address), std::string::npos) << second.said;
    EXPECT_NE(second.said.find("Address already in use"), std::string::npos) << second.said;
}

TEST(listeners_scenario, an_address_of_another_machine_is_named) {
    const auto start = start_on("192.0.2.1:0");  // RFC 5737: nobody's
    EXPECT_EQ(start.status, 1);
    EXPECT_NE(start.said.find("192.0.2.1:0"), std::string::npos) << start.said;
}

TEST(listeners_scenario, what_is_no_address_is_a_configuration_error) {
    for (const std::string address : {"127.0.0.1:99999", "unix:", "127.0.0.1:0?protocol=gopher"}) {
        SCOPED_TRACE(address);
        const auto start = start_on(address);
        EXPECT_EQ(start.status, 22);
        EXPECT_NE(start.said.find("listen"), std::string::npos) << start.said;
    }
}

TEST(listeners_scenario, a_pinned_listener_speaks_one_protocol) {
    const glimt_process server(
        {.listen = {"127.0.0.1:0?protocol=http", "127.0.0.1:0?protocol=uwsgi", "127.0.0.1:0"}});
    EXPECT_EQ(server.status_of_get("/healthcheck", 0), 200u);
    EXPECT_EQ(server.status_of_get("/healthcheck", 1), 0u);
    EXPECT_EQ(server.status_of_get("/healthcheck", 2), 200u);
    const std::string pong("\x64\0\0\1", 4);
    for (const std::size_t i : {1, 2}) {
        auto front_end = server.connect(i);
        front_end.send(uwsgi_ping);
        EXPECT_EQ(front_end.read_until_end(2s), pong);
    }
    auto mistaken = server.connect(0);
    mistaken.send(uwsgi_ping);
    mistaken.finish_sending();
    EXPECT_EQ(mistaken.read_until_end(2s).find(pong), std::string::npos);
}

}  // namespace glimt::testing
