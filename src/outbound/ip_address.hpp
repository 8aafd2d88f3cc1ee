// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// An address of IPv4 or IPv6. One of IPv4 is the same whether it was written as such or mapped into
// IPv6 (::ffff:a.b.c.d): that is where a connection to either goes.
class ip_address {
public:
    // The usual forms alone, as Python's ipaddress: four decimal numbers without leading zeros, or
    // IPv6 without a zone. Not what inet_aton takes beside them (127.1, 0x7f000001).
    static std::optional<ip_address> parse(const std::string& text);

    // Nothing for another family.
    static std::optional<ip_address> of(const sockaddr& address);

    // Whether it leads back to this machine or no further than its own link, where metadata
    // services live: 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, ::, ::1, fe80::/10; also inside of the
    // forms of IPv6 that carry an address of IPv4 (mapped, compatible, 64:ff9b::/96).
    bool is_local() const noexcept;

    friend bool operator==(const ip_address&, const ip_address&) = default;

private:
    bool starts_with(std::string_view prefix) const noexcept;

    std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace glimt
