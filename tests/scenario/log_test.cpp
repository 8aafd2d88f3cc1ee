// SPDX-License-Identifier: Apache-2.0
// What it tells people: where they asked for it, in the form they asked for, and never at the cost
// of a request.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <csignal>
#include <sstream>

namespace glimt::testing {

TEST(log_scenario, a_file_and_standard_error_get_the_same_lines) {
    const temporary_folder folder;
    glimt_process server({.defaults = "log_dir = " + (folder / "") +
                                      "\nlog_file = log\nuse_stderr = true\n"
                                      "log_date_format = day %j\n"});
    server.send(SIGTERM);
    EXPECT_EQ(server.wait(), 0);
    const auto lines = read_file(folder / "log");
    EXPECT_EQ(lines.substr(0, 4), "day ");
    EXPECT_NE(lines.find(" INFO glimt.app [-] ended\n"), std::string::npos) << lines;
    EXPECT_EQ(server.log(), lines);
}

TEST(log_scenario, lines_of_json_are_json) {
    glimt_process server({.defaults = "use_json = true", .await_listening = false});
    ASSERT_TRUE(server.logs("listening on "));
    server.send(SIGTERM);
    EXPECT_EQ(server.wait(), 0);
    std::istringstream lines(server.log());
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        const auto entry = boost::json::parse(line);
        EXPECT_TRUE(entry.at("name").as_string().starts_with("glimt.")) << line;
        EXPECT_EQ(entry.at("process").as_int64(), server.process().pid());
    }
    EXPECT_GE(count, 4u);
}

// Each SIGHUP is a line, and there are more of them than the log holds.
TEST(log_scenario, nobody_waits_for_a_reader_who_does_not_read) {
    const temporary_folder folder;
    const auto path = folder / "pipe";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    const descriptor deaf(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    ASSERT_GT(::fcntl(deaf.get(), F_SETPIPE_SZ, 4096), 0);
    const auto socket = "unix:" + (folder / "socket");
    glimt_process server(
        {.defaults = "log_file = " + path, .listen = {socket}, .await_listening = false});
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!client::can_connect(socket) && std::chrono::steady_clock::now() < end) continue;
    client visitor(socket);
    for (int i = 0; i < 1500; ++i) {
        server.send(SIGHUP);
        visitor.send(healthcheck);
        ASSERT_EQ(visitor.read_reply(false, 1s).status, 200u) << i;
    }
    server.send(SIGTERM);
    EXPECT_EQ(server.wait(), 0);
}

}  // namespace glimt::testing
