// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/peer.hpp"

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>

namespace glimt::testing {

// One answer as a client reads it.
struct reply {
    unsigned status = 0;
    std::string head, body;
    bool whole = false;  // came to the end that its head announces

    bool says(std::string_view line) const { return head.find(line) != std::string::npos; }
};

// The other end of a session.
class client : public peer {
public:
    using peer::peer;

    // The next answer; what follows it stays in `received`.
    task<reply> answer(bool to_head = false) {
        reply got;
        std::size_t end = 0;
        while ((end = received.find("\r\n\r\n")) == std::string::npos)
            if (!co_await receive(received.size() + 1)) co_return got;
        got.head = received.substr(0, end + 2);
        received.erase(0, end + 4);
        number(got.head.substr(got.head.find(' ') + 1), got.status, 10);
        if (to_head || got.status == 100 || got.status == 204)
            got.whole = true;
        else if (got.says("\r\nTransfer-Encoding: chunked\r\n"))
            co_await read_chunks(got);
        else if (const auto at = got.head.find("\r\nContent-Length: "); at != std::string::npos)
            co_await read_length(got, at + 18);
        else
            got.body = co_await rest(), got.whole = !was_reset;
        co_return got;
    }

private:
    template <class Number>
    static void number(std::string_view text, Number& into, int base) {
        std::from_chars(text.data(), text.data() + text.size(), into, base);
    }

    task<> read_length(reply& got, std::size_t at) {
        std::size_t bytes = 0;
        number(std::string_view(got.head).substr(at), bytes, 10);
        got.whole = co_await receive(bytes);
        got.body = received.substr(0, bytes);
        received.erase(0, bytes);
    }

    task<> read_chunks(reply& got) {
        for (;;) {
            std::size_t line = 0, bytes = 0;
            while ((line = received.find("\r\n")) == std::string::npos)
                if (!co_await receive(received.size() + 1)) co_return;
            number(received, bytes, 16);
            if (!co_await receive(line + 2 + bytes + 2)) co_return;
            got.body += received.substr(line + 2, bytes);
            received.erase(0, line + 2 + bytes + 2);
            if (bytes == 0) break;
        }
        got.whole = true;
    }
};

}  // namespace glimt::testing
