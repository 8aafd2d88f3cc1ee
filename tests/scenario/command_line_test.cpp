// SPDX-License-Identifier: Apache-2.0
// What the shell sees: exit codes, and errors that say where and what, all of them at once.
#include "scenario/support/client.hpp"
#include "scenario/support/glimt_process.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <thread>

namespace glimt::testing {

namespace {

struct outcome {
    std::optional<int> status;
    std::string said;
};

outcome run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), glimt_binary());
    child_process glimt({.command = std::move(arguments)});
    const auto status = glimt.wait();
    EXPECT_FALSE(crash_report(glimt.log())) << glimt.log();
    return {status, glimt.log()};
}

}  // namespace

TEST(command_line_scenario, exit_codes_tell_what_went_wrong) {
    const temporary_folder folder;
    const auto good = folder.write("good.conf", "[DEFAULT]\nworkers = 1\n");
    const auto bad = folder.write("bad.conf", "[DEFAULT]\nworkers = many\n");
    const struct {
        std::vector<std::string> arguments;
        int status;
        const char* says;
    } cases[] = {
        {{"--version"}, 0, "glimt 0."},
        {{"--help"}, 0, "--config-file"},
        {{"help"}, 0, "--listen"},
        {{"config", "sample"}, 0, "[glimt]"},
        {{"check", "--config-file", good}, 0, ""},
        {{"check", "--config-file", bad}, 22, "bad.conf:2: "},
        {{"serve", "--config-file", bad}, 22, "bad.conf:2: "},
        {{"serve", "--config-file", folder / "none.conf"}, 22, "none.conf"},
        {{"--no-such-option"}, 2, "no-such-option"},
        {{"no-such-command"}, 2, "no-such-command"},
        {{"serve", "--config-file"}, 2, "--config-file"},
        {{"serve", "--config-file", good, "--loop", "merry"}, 22, "--loop"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(::testing::PrintToString(each.arguments));
        const auto got = run(each.arguments);
        EXPECT_EQ(got.status, each.status);
        EXPECT_NE(got.said.find(each.says), std::string::npos) << got.said;
    }
}

TEST(command_line_scenario, all_errors_are_told_at_once) {
    const temporary_folder folder;
    const auto bad = folder.write("bad.conf",
                                  "[DEFAULT]\nworkers = many\nbacklog = 0\n\n"
                                  "[glimt]\ndrain_grace = soon\nthis is no line\n");
    const auto got = run({"serve", "--config-file", bad});
    EXPECT_EQ(got.status, 22);
    for (const int line : {2, 3, 6, 7})
        EXPECT_NE(got.said.find("bad.conf:" + std::to_string(line) + ": "), std::string::npos)
            << line << "\n"
            << got.said;
}

TEST(command_line_scenario, check_finds_in_other_files_what_a_start_refuses) {
    const temporary_folder folder;
    const struct {
        const char* file;
        const char* text;
        const char* option;
        const char* says;
    } cases[] = {
        {"policy.yaml", "\"get_image\": \"role:a\"\n\"a\": \"rule:a\"\n",
         "[oslo_policy]\npolicy_file = policy.yaml\n", "policy.yaml:2"},
        {"rules.conf", "[.*]\ncreate = admin\nread = admin\nupdate = admin\n",
         "[DEFAULT]\nproperty_protection_file = rules.conf\n", "rules.conf"},
        {"unused", "", "[database]\nconnection = oracle://host/glance\n", "SQLite"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.file);
        folder.write(each.file, each.text);
        const auto config = folder.write("glance-api.conf", each.option);
        for (const auto* command : {"check", "serve"}) {
            const auto got = run({command, "--config-file", config});
            EXPECT_EQ(got.status, 22) << command;
            EXPECT_NE(got.said.find(each.says), std::string::npos) << command << "\n" << got.said;
        }
    }
    const auto config = folder.write("glance-api.conf", "[oslo_policy]\npolicy_file = good.yaml\n");
    const auto rules = folder.write("good.yaml", "\"get_image\": \"role:a\"\n");
    const auto got = run({"check", "--config-file", config});
    EXPECT_EQ(got.status, 0);
    EXPECT_NE(got.said.find(rules), std::string::npos) << "it says what it has read\n" << got.said;
}

TEST(command_line_scenario, definitions_are_loaded_into_the_database_that_was_made) {
    const temporary_folder folder;
    const auto conf = folder.write(
        "glance.conf", "[database]\nconnection = sqlite:///" + (folder / "glance.sqlite") + "\n");
    const std::string definitions = GLIMT_TEST_DATA "/differential/metadefs";
    const auto load = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {"db", "load-metadefs", "--config-file", conf});
        return run(more);
    };
    EXPECT_EQ(load({definitions}).status, 1);  // there is no database yet
    EXPECT_EQ(run({"db", "sync", "--config-file", conf}).status, 0);
    const auto first = load({definitions});
    EXPECT_EQ(first.status, 0) << first.said;
    EXPECT_NE(first.said.find("full.json: Test::Full added\n"), std::string::npos) << first.said;
    const auto again = load({"--path", definitions, "--merge", "--overwrite"});
    EXPECT_EQ(again.status, 0) << again.said;
    EXPECT_NE(again.said.find("Test::Full replaced\n"), std::string::npos) << again.said;
    const auto bad = load({folder.write("bad.json", "{")});
    EXPECT_EQ(bad.status, 1);
    EXPECT_NE(bad.said.find("bad.json: It is not JSON: "), std::string::npos) << bad.said;
    EXPECT_EQ(load({"--overwrite"}).status, 2);
}

// Else the ring, or a client's socket, would be what standard error is, and get the log.
TEST(command_line_scenario, closed_standard_descriptors_are_not_taken_for_something_else) {
    const temporary_folder folder;
    const auto socket = folder / "socket";
    child_process glimt(
        {.command = {"/bin/sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh", glimt_binary(), "serve",
                     "--config-file", folder.write("glimt.conf", ""), "--loop", loop_name(),
                     "--listen", "unix:" + socket}});
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!client::can_connect("unix:" + socket) && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(5ms);  // it cannot say when
    const auto own = "/proc/" + std::to_string(glimt.pid()) + "/fd/";
    for (const std::string each : {"0", "1", "2"})
        EXPECT_EQ(std::filesystem::read_symlink(own + each), "/dev/null");
    glimt.send(SIGTERM);
    EXPECT_EQ(glimt.wait(), 0);
}

}  // namespace glimt::testing
