// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace glimt {

enum class protocol : std::uint8_t {
    http,
    uwsgi,
    ping,     // a uwsgi packet with modifier1 100, if three zero bytes follow
    tls,      // a handshake record; welcome only on sockets that speak TLS
    unknown,  // to be closed at once
};

// What the first byte of a connection announces (front-ends.md U1). A uwsgi request begins with
// modifier1 0, a TLS handshake with content type 22 (RFC 8446 5.1), an HTTP request with the first
// letter of its method: every method we know is in upper case.
constexpr protocol detect_protocol(char first) noexcept {
    if (first >= 'A' && first <= 'Z') return protocol::http;
    switch (first) {
        case '\x00': return protocol::uwsgi;
        case '\x64': return protocol::ping;
        case '\x16': return protocol::tls;
        default: return protocol::unknown;
    }
}

}  // namespace glimt
