// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// What a listener expects of its connections. automatic tells by the first byte (design.md 4).
enum class wire_protocol : std::uint8_t { automatic, http, uwsgi };

// One address to listen on. As text, in [glimt] listen and --listen:
//
//   127.0.0.1:9292   [::1]:9292   :9292   unix:/run/glimt.sock   /run/glimt.sock
//
// each may be followed by ?protocol=http|uwsgi|auto, and for unix sockets by mode=660 (octal) and
// owner=user[:group], joined with '&':
// unix:/run/glimt.sock?protocol=uwsgi&mode=660&owner=glance:web
struct listen_address {
    enum class kind : std::uint8_t { tcp, unix_ };

    kind type = kind::tcp;
    std::string host = {};  // tcp: a numeric address or a name; empty: every interface
    std::string path = {};  // unix_: a path, or '@' and a name in the abstract namespace
    std::uint16_t port = 0;
    wire_protocol protocol = wire_protocol::automatic;
    std::optional<unsigned> mode = {};   // unix_: permission bits, at most 0777
    std::string owner = {}, group = {};  // unix_: names or numbers; empty: left as created

    bool operator==(const listen_address&) const = default;
};

// Reads the text form. Returns what is wrong with it, or nothing when `into` is filled.
std::string parse_listen_address(std::string_view text, listen_address& into);

// The text form, such that parsing it again gives an equal address.
std::string to_string(const listen_address& address);

}  // namespace glimt
