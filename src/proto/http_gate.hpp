// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/http_head.hpp"

#include <optional>
#include <string_view>

namespace glimt::http {

// A field that decides about the message: how often it came, and what it said first.
struct decisive_field {
    unsigned count = 0;
    std::string_view value;

    void note(std::string_view received) noexcept {
        if (count++ == 0) value = received;
    }
};

// What the gate asks about a head, noted while it was parsed.
struct head_facts {
    std::string_view target;
    decisive_field host, content_length, transfer_encoding;
    bool asks_close = false, asks_keep_alive = false;     // Connection
    bool expects_continue = false, expects_else = false;  // Expect

    void note_connection(std::string_view value);
    void note_expectation(std::string_view value);
};

// Behind the parser: refuses what is grammatical and yet read differently by different servers (the
// list is ecosystem.md 6.2 and RFC 9112 11.2), and draws the rest of `out` from the facts. Of `out`
// the method, the version and the headers are there already.
std::optional<head_error> pass_gate(const head_facts& facts, request_head& out);

}  // namespace glimt::http
