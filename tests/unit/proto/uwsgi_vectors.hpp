// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/message.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace glimt {

// Bytes of a connection, as tests/data/uwsgi/ has them, and what is to come of them.
struct uwsgi_vector {
    std::string file;
    std::string bytes;
    std::string outcome;          // a status, "closed", "aborted", "ping", or text_of the head
    std::size_t body_offset = 0;  // of an accepted captured packet
};

// What real front ends sent, with the readings of expected.json.
std::vector<uwsgi_vector> captured_packets();

// What nobody should send, with the answers wanted of a socket that speaks uwsgi only. They follow
// the column "expected" of malformed/index.json, and its "normaliser" where that leaves a choice; a
// ping is answered.
std::vector<uwsgi_vector> malformed_packets();

// Everything a head says, one thing on a line, headers in the order of their names.
std::string text_of(const request_head& head);

struct variable_text {
    std::string name;
    std::string value;
};

// A packet of modifier1 0 with these variables.
std::string packet_of(const std::vector<variable_text>& variables);

}  // namespace glimt
