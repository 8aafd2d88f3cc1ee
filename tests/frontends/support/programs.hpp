// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace glimt::testing {

// Where a front end runs, and what it stands in front of.
struct surroundings {
    std::string folder;                  // everything it writes goes here
    std::string address;                 // host:port to listen on
    std::vector<std::string> back_ends;  // addresses as glimt prints them
};

// What makes of a recipe the whole configuration file of one program, and how that is run in the
// foreground, in one process where the program can: then none is left when the test is killed.
struct program_frame {
    const char* path;
    std::string (*configuration)(const std::string& recipe, const surroundings& here);
    std::vector<std::string> (*arguments)(const std::string& configuration_file);
};

extern const program_frame nginx;
extern const program_frame apache;
extern const program_frame haproxy;

}  // namespace glimt::testing
