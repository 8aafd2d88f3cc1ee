// SPDX-License-Identifier: Apache-2.0
#include "scenario/support/glimt_process.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace glimt::testing {

namespace {

constexpr std::string_view listening = "listening on ";

}  // namespace

std::string glimt_binary() {
    const char* other = std::getenv("GLIMT_BINARY");
    return other ? other : GLIMT_BINARY;
}

bool glimt_is_sanitized() {
    const auto binary = read_file(glimt_binary());
    for (const char* name : {"__asan_init", "__tsan_init", "__ubsan_handle"})
        if (::memmem(binary.data(), binary.size(), name, std::strlen(name))) return true;
    return false;
}

std::string loop_name() {
    const char* name = std::getenv("GLIMT_LOOP");
    return name ? name : "auto";
}

child_process::options glimt_process::command(const options& what) const {
    const auto config = folder_.write(
        "glimt.conf", "[DEFAULT]\n" + what.defaults + "\n[glimt]\n" + what.glimt + "\n");
    child_process::options run;
    run.command = {glimt_binary(), "serve", "--config-file", config, "--loop", loop_name()};
    for (const auto& each : what.listen) run.command.insert(run.command.end(), {"--listen", each});
    run.command.insert(run.command.end(), what.arguments.begin(), what.arguments.end());
    run.descriptors_max = what.descriptors_max;
    run.first_of_namespace = what.first_of_namespace;
    return run;
}

glimt_process::glimt_process(const options& what) : process_(command(what)) {
    if (!what.await_listening || !process_.started()) return;
    if (logs(listening))
        read_addresses();
    else
        ADD_FAILURE() << "glimt does not listen:\n" << log();
}

void glimt_process::read_addresses() {
    const auto text = log();
    auto from = text.find(listening) + listening.size();
    const auto end = text.find('\n', from);
    while (from < end) {
        const auto stop = std::min(text.find(", ", from), end);
        const auto address = text.substr(from, stop - from);
        addresses_.push_back(address.substr(0, address.find('?')));
        from = stop + 2;
    }
}

glimt_process::~glimt_process() {
    if (!process_.started()) return;
    if (process_.running()) {
        send(SIGCONT);
        send(SIGTERM);
        send(SIGINT);
        EXPECT_EQ(wait(), 0) << log();
    }
    if (const auto report = crash_report(log())) ADD_FAILURE() << *report;
}

bool glimt_process::descriptors_return_to(std::size_t count,
                                          std::chrono::milliseconds limit) const {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (process_.descriptors() != count) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(5ms);  // /proc tells no one of changes
    }
    return true;
}

unsigned glimt_process::status_of_get(std::string_view target, std::size_t address) const {
    auto visitor = connect(address);
    visitor.send("GET " + std::string(target) +
                 " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    return visitor.read_reply().status;
}

}  // namespace glimt::testing
