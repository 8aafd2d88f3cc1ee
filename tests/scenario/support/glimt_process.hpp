// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenario/support/child_process.hpp"
#include "scenario/support/client.hpp"

namespace glimt::testing {

// The binary under test: GLIMT_BINARY of the environment, else the one built beside this test.
std::string glimt_binary();

// Whether a sanitizer is built into it: then memory is no measure, and descriptors are not all its.
bool glimt_is_sanitized();

// The loop ctest asks for by GLIMT_LOOP; "auto" when it does not.
std::string loop_name();

// A running glimt with its own configuration file and free ports.
//
// Its end belongs to every test: when the test has not waited for it, the destructor ends it as
// an impatient operator would, and an end with anything but 0 fails the test, as does any report
// of a sanitizer.
class glimt_process {
public:
    struct options {
        std::string glimt = {};     // lines of [glimt]
        std::string defaults = {};  // lines of [DEFAULT]
        std::vector<std::string> listen = {"127.0.0.1:0"};
        std::vector<std::string> arguments = {};  // more of the command line
        std::optional<std::size_t> descriptors_max = {};
        bool first_of_namespace = false;
        bool without_io_uring = false;
        std::vector<std::pair<std::string, std::string>> environment = {};
        bool await_listening = true;  // fails the test when it does not within 10 s
    };

    explicit glimt_process(const options& what);
    glimt_process() : glimt_process(options{}) {}
    ~glimt_process();

    // What it listens on, in the order of options::listen, with the ports that it got.
    const std::vector<std::string>& addresses() const noexcept { return addresses_; }

    client connect(std::size_t address = 0) const { return client(addresses_.at(address)); }

    // One GET over a connection of its own: its status, 0 when there was no answer.
    unsigned status_of_get(std::string_view target, std::size_t address = 0) const;

    // Whether it has as many descriptors open again as it once had, or soon.
    bool descriptors_return_to(std::size_t count, std::chrono::milliseconds limit = 5s) const;

    void send(int signal) const { process_.send(signal); }
    std::optional<int> wait(std::chrono::milliseconds limit = 10s) { return process_.wait(limit); }
    std::string log() const { return process_.log(); }
    bool logs(std::string_view text, std::chrono::milliseconds limit = 10s) {
        return process_.wait_for_log(text, limit);
    }
    child_process& process() noexcept { return process_; }

private:
    child_process::options command(const options& what) const;
    void read_addresses();

    temporary_folder folder_;
    child_process process_;
    std::vector<std::string> addresses_;
};

}  // namespace glimt::testing
