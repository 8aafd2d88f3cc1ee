// SPDX-License-Identifier: Apache-2.0
#include "outbound/uri_filter.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace glimt {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
    return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_hexadecimal(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }
bool is_name_letter(char c) {
    return is_digit(c) || is_letter(c) || c == '.' || c == '-' || c == '_';
}

// Whether a resolver would take it for a number: decimal, octal or hexadecimal.
bool is_number(std::string_view label) {
    if (label.empty()) return false;
    if (std::ranges::all_of(label, is_digit)) return true;
    if (!label.starts_with("0x")) return false;
    return std::ranges::all_of(label.substr(2), is_hexadecimal);
}

// No top-level domain is a number, so a name that ends in one is a disguised address.
bool ends_in_number(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    return is_number(host.substr(host.rfind('.') + 1));
}

bool take_port(std::string_view text, std::optional<std::uint16_t>& into) {
    if (text.empty()) return true;
    std::uint16_t port = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (ec != std::errc{} || end != text.data() + text.size() || port == 0) return false;
    into = port;
    return true;
}

bool take_host_and_port(std::string_view text, uri_place& into) {
    const bool bracketed = text.starts_with('[');
    const auto end = bracketed ? text.find(']') : text.find(':');
    if (bracketed && end == text.npos) return false;
    into.host = lower(text.substr(0, end).substr(bracketed ? 1 : 0));
    if (into.host.empty()) return false;
    if (bracketed != (into.host.find(':') != std::string::npos)) return false;
    if (bracketed ? !ip_address::parse(into.host) : !std::ranges::all_of(into.host, is_name_letter))
        return false;
    if (end == text.npos) return true;
    const auto rest = text.substr(end + (bracketed ? 1 : 0));
    return rest.empty() || (rest.starts_with(':') && take_port(rest.substr(1), into.port));
}

std::vector<ip_address> addresses_in(const std::vector<std::string>& hosts) {
    std::vector<ip_address> addresses;
    for (const auto& host : hosts)
        if (const auto address = ip_address::parse(host)) addresses.push_back(*address);
    return addresses;
}

template <class Value>
bool contains(const std::vector<Value>& values, const Value& wanted) {
    return std::ranges::find(values, wanted) != values.end();
}

template <class Value>
void let_allowed_win(const std::vector<Value>& allowed, std::vector<Value>& disallowed) {
    if (!allowed.empty()) disallowed.clear();
}

}  // namespace

std::optional<uri_place> place_of(std::string_view url) {
    if (!std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; }))
        return std::nullopt;
    const auto colon = url.find("://");
    if (colon == url.npos || colon == 0) return std::nullopt;
    uri_place place;
    place.scheme = lower(url.substr(0, colon));
    if (!std::ranges::all_of(place.scheme, [](char c) {
            return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
        }))
        return std::nullopt;
    auto authority = url.substr(colon + 3);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    if (const auto at = authority.find('@'); at != authority.npos) authority.remove_prefix(at + 1);
    // A second '@' is no letter of a host.
    if (!take_host_and_port(authority, place)) return std::nullopt;
    return place;
}

uri_filter::uri_filter(uri_filter_lists lists) : lists_(std::move(lists)) {
    let_allowed_win(lists_.allowed_schemes, lists_.disallowed_schemes);
    let_allowed_win(lists_.allowed_hosts, lists_.disallowed_hosts);
    let_allowed_win(lists_.allowed_ports, lists_.disallowed_ports);
    for (auto* hosts : {&lists_.allowed_hosts, &lists_.disallowed_hosts})
        for (auto& host : *hosts) host = lower(host);
    allowed_addresses_ = addresses_in(lists_.allowed_hosts);
    disallowed_addresses_ = addresses_in(lists_.disallowed_hosts);
}

uri_filter::reach uri_filter::reach_of(std::string_view url) const {
    const auto place = place_of(url);
    if (!place) return reach::nowhere;
    const auto& schemes = lists_.allowed_schemes;
    if ((!schemes.empty() && !contains(schemes, place->scheme)) ||
        contains(lists_.disallowed_schemes, place->scheme))
        return reach::nowhere;
    const auto& ports = lists_.allowed_ports;
    if (place->port && ((!ports.empty() && !contains(ports, *place->port)) ||
                        contains(lists_.disallowed_ports, *place->port)))
        return reach::nowhere;

    const auto address = ip_address::parse(place->host);
    if (!address && ends_in_number(place->host)) return reach::nowhere;
    // "name." is the same host as "name".
    const auto name = place->host.substr(0, place->host.find_last_not_of('.') + 1);
    if (!lists_.allowed_hosts.empty()) {
        const bool named = contains(lists_.allowed_hosts, name) ||
                           (address && contains(allowed_addresses_, *address));
        return named ? reach::anywhere : reach::nowhere;
    }
    if (contains(lists_.disallowed_hosts, name)) return reach::nowhere;
    return !address || allows(*address) ? reach::outside : reach::nowhere;
}

bool uri_filter::allows(const ip_address& resolved) const {
    return !resolved.is_local() && !contains(disallowed_addresses_, resolved);
}

}  // namespace glimt
