// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "outbound/ip_address.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// Where a URL leads, as far as its text tells.
struct uri_place {
    std::string scheme, host;           // lower case; an address of IPv6 without its brackets
    std::optional<std::uint16_t> port;  // as written
};

// Reads scheme://[user:password@]host[:port][/path][?query]. Strict, so that nobody after us reads
// another host in it: printable ASCII without space and backslash; a host of letters, digits, '.',
// '-' and '_' (names of other alphabets are written in punycode), or an address of IPv6 in
// brackets.
std::optional<uri_place> place_of(std::string_view url);

// What [import_filtering_opts] lists, with Glance's defaults. A list of what is allowed, when it is
// not empty, makes the one of what is not count for nothing.
struct uri_filter_lists {
    std::vector<std::string> allowed_schemes = {"http", "https"}, disallowed_schemes;
    std::vector<std::string> allowed_hosts, disallowed_hosts;
    std::vector<std::uint16_t> allowed_ports = {80, 443}, disallowed_ports;
};

// Which URLs of users we go to (contract 6.4, with Debian's repair of CVE-2026-71196 to -71198).
//
// Beyond the lists it refuses what leads back to this machine or its link, unless allowed_hosts
// names it; private networks are as good as others. Encoded addresses (2130706433, 127.1) are
// refused. A name is judged as a name by reach_of, and by the addresses it turns out to have when
// they are connected to, so what was looked up earlier or elsewhere does not matter.
//
// A pure value; never waits, in particular for no name server.
class uri_filter {
public:
    explicit uri_filter(uri_filter_lists lists);

    enum class reach : std::uint8_t {
        nowhere,   // refused
        outside,   // whatever address passes allows()
        anywhere,  // the operator named the host
    };
    reach reach_of(std::string_view url) const;

    // Whether a host that may be reached outside may have this address.
    bool allows(const ip_address& resolved) const;

private:
    uri_filter_lists lists_;  // hosts in lower case; of each kind at most one list is left
    std::vector<ip_address> allowed_addresses_, disallowed_addresses_;
};

}  // namespace glimt
