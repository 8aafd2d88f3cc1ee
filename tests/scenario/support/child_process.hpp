// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/descriptor.hpp"
#include "scenario/support/temporary_folder.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glimt::testing {

using namespace std::chrono_literals;

// A program that a test starts: its output in one file, its end awaited, never outlived by it.
class child_process {
public:
    struct options {
        std::vector<std::string> command = {};  // the program's path and its arguments
        std::vector<std::pair<std::string, std::string>> environment = {};  // added to ours
        std::optional<std::size_t> descriptors_max = {};                    // RLIMIT_NOFILE
        bool first_of_namespace = false;  // process 1 of a pid namespace of its own: needs root
        bool without_io_uring = false;    // refused by a filter, as in a container
    };

    explicit child_process(const options& what);
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;
    // Kills it, when nobody has waited for its end.
    ~child_process();

    // Whether the kernel let us start it (it refuses namespaces to most users).
    bool started() const noexcept { return pid_ > 0; }
    bool running();
    pid_t pid() const noexcept { return pid_; }

    void send(int signal) const;

    // Its exit code, or minus the signal that ended it. Fails the test and returns nothing when it
    // still runs after `limit`.
    std::optional<int> wait(std::chrono::milliseconds limit = 10s);

    // What it has written to standard output and error so far.
    std::string log() const { return read_file(log_); }

    // Waits until its output contains `text`. False: it has ended or the limit passed without.
    bool wait_for_log(std::string_view text, std::chrono::milliseconds limit = 10s);

    std::size_t resident_bytes() const;
    std::size_t resident_bytes_peak() const;  // the most there have been
    // How many it has open, without those of an instant: the sanitizers look at memory through
    // pipes.
    std::size_t descriptors() const;
    std::chrono::milliseconds processor_time() const;  // of all its threads
    // The same of each thread, in no order but always the same one; empty where the kernel does not
    // count it.
    std::vector<std::chrono::nanoseconds> processor_time_of_threads() const;

private:
    [[noreturn]] void become(const options& what) const;
    bool ended_within(std::chrono::milliseconds limit);

    temporary_folder folder_;
    std::string log_ = folder_ / "log";
    descriptor changes_;  // inotify of the log
    descriptor end_;      // pidfd
    pid_t pid_ = -1;
    std::optional<int> status_;
};

// Where a sanitizer's or an assertion's report begins in a program's output; nothing when none is.
std::optional<std::string> crash_report(std::string_view log);

}  // namespace glimt::testing
