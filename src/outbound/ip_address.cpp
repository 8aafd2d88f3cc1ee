// SPDX-License-Identifier: Apache-2.0
#include "outbound/ip_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace glimt {

namespace {

// What stands before the four bytes of an address of IPv4.
constexpr std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
constexpr std::string_view compatible("\0\0\0\0\0\0\0\0\0\0\0\0", 12);
constexpr std::string_view translated("\0\x64\xff\x9b\0\0\0\0\0\0\0\0", 12);

}  // namespace

std::optional<ip_address> ip_address::parse(const std::string& text) {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    if (::inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1)
        return of(reinterpret_cast<const sockaddr&>(four));
    ip_address six;
    if (::inet_pton(AF_INET6, text.c_str(), six.bytes_.data()) == 1) return six;
    return std::nullopt;
}

std::optional<ip_address> ip_address::of(const sockaddr& address) {
    ip_address result;
    if (address.sa_family == AF_INET) {
        const auto& four = reinterpret_cast<const sockaddr_in&>(address).sin_addr;
        std::memcpy(result.bytes_.data(), mapped.data(), mapped.size());
        std::memcpy(result.bytes_.data() + mapped.size(), &four, sizeof four);
        return result;
    }
    if (address.sa_family != AF_INET6) return std::nullopt;
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    std::memcpy(result.bytes_.data(), &six, sizeof six);
    return result;
}

bool ip_address::starts_with(std::string_view prefix) const noexcept {
    return std::memcmp(bytes_.data(), prefix.data(), prefix.size()) == 0;
}

bool ip_address::is_local() const noexcept {
    if (bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80) return true;
    // :: and ::1 are those of the compatible ones that begin with 0.
    if (!starts_with(mapped) && !starts_with(compatible) && !starts_with(translated)) return false;
    const auto* four = bytes_.data() + mapped.size();
    return four[0] == 0 || four[0] == 127 || (four[0] == 169 && four[1] == 254);
}

}  // namespace glimt
