// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "frontends/support/programs.hpp"
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace glimt::testing {

// One way to put a program in front of glimt: a recipe of docs/operating/front-ends.md, over TCP or
// a unix socket.
struct arrangement {
    const char* name;  // of its tests
    const program_frame* program;
    const char* heading;  // of its recipe
    bool unix_socket = false;
    bool drops_port = false;          // from Host
    bool refuses_chunked = false;     // answers 411 to a chunked upload, by itself
    bool takes_many_headers = false;  // together 60 KB, each below 8 KB
    bool fails_over = false;          // asks a second glimt when the first is gone
};

// For the names ctest makes: GoogleTest would print bytes, which differ from run to run.
inline void PrintTo(const arrangement& how, std::ostream* out) { *out << how.name; }

const std::vector<arrangement>& arrangements();
std::string name_of_arrangement(const ::testing::TestParamInfo<arrangement>& info);

// A front end that runs as `how` says, in front of `back_ends`: addresses as glimt prints them. All
// it writes is in a folder that goes with it. Its recipe can be changed by `change` first.
class front_end {
public:
    using recipe_change = std::function<std::string(std::string)>;

    front_end(const arrangement& how, const std::vector<std::string>& back_ends,
              const recipe_change& change = {});
    ~front_end();

    // host:port. Empty, and the test has failed, when it could not be started.
    const std::string& address() const noexcept { return address_; }
    std::string url(std::string_view target) const;
    client connect() const { return client(address_); }

    // What it has to say when something went wrong.
    std::string log() const;

private:
    temporary_folder folder_;
    std::string address_;
    std::unique_ptr<child_process> process_;
};

// A test for each arrangement, with glimt behind it. Skipped where the program is not installed.
// Whatever a test did: once the front end is gone, glimt has as many descriptors as before it came.
class behind : public ::testing::TestWithParam<arrangement> {
protected:
    void SetUp() override;
    void TearDown() override;

    // Lines of [DEFAULT], and whole sections after them, for the glimt behind it.
    virtual std::string configuration() const { return {}; }

    // A glimt that listens where the arrangement wants it.
    std::unique_ptr<glimt_process> start_glimt(const std::string& defaults = {});

    // One request over a connection of its own, whose Host is the front end's address.
    reply ask(std::string_view method, std::string_view target) const;

    temporary_folder sockets_;
    std::unique_ptr<glimt_process> glimt_;
    std::unique_ptr<front_end> front_;

private:
    int sockets_made_ = 0;
    std::size_t descriptors_alone_ = 0;
};

}  // namespace glimt::testing
