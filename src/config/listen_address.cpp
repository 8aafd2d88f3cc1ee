// SPDX-License-Identifier: Apache-2.0
#include "config/listen_address.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

namespace glimt {

namespace {

// A sockaddr_un holds 108 bytes, the last of which ends the string.
constexpr std::size_t unix_path_bytes_max = 107;

template <class Number>
bool whole_number(std::string_view text, Number& into, int base = 10) {
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), into, base);
    return ec == std::errc{} && end == text.data() + text.size();
}

std::string read_protocol(std::string_view text, wire_protocol& into) {
    if (text == "auto") {
        into = wire_protocol::automatic;
    } else if (text == "http") {
        into = wire_protocol::http;
    } else if (text == "uwsgi") {
        into = wire_protocol::uwsgi;
    } else {
        return "protocol is http, uwsgi or auto";
    }
    return {};
}

std::string read_parameter(std::string_view text, listen_address& into) {
    const auto equals = text.find('=');
    if (equals == text.npos) return fmt::format("expected name=value after '?', not '{}'", text);
    const auto name = text.substr(0, equals), value = text.substr(equals + 1);
    if (name == "protocol") return read_protocol(value, into.protocol);
    if (name != "mode" && name != "owner") return fmt::format("unknown parameter '{}'", name);
    if (into.type != listen_address::kind::unix_)
        return fmt::format("{} is for unix sockets only", name);
    if (name == "mode") {
        unsigned mode = 0;
        if (!whole_number(value, mode, 8) || mode > 0777) return "mode is octal, 0 to 777";
        into.mode = mode;
        return {};
    }
    const auto colon = value.find(':');
    into.owner = value.substr(0, colon);
    into.group = colon == value.npos ? std::string_view{} : value.substr(colon + 1);
    return into.owner.empty() && into.group.empty() ? "owner is user, user:group or :group" : "";
}

std::string read_unix(std::string_view path, listen_address& into) {
    into.type = listen_address::kind::unix_;
    if (path.empty() || path == "@") return "the path is empty";
    if (path.size() > unix_path_bytes_max)
        return fmt::format("the path is longer than {} bytes", unix_path_bytes_max);
    into.path = path;
    return {};
}

std::string read_tcp(std::string_view text, listen_address& into) {
    const auto colon = text.rfind(':');
    if (colon == text.npos) return "expected host:port, [address]:port or unix:/path";
    auto host = text.substr(0, colon);
    if (!whole_number(text.substr(colon + 1), into.port)) return "the port is 0 to 65535";
    if (host.starts_with('[')) {
        if (!host.ends_with(']')) return "expected [address]:port";
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != host.npos) {
        return "an IPv6 address is written [address]:port";
    }
    into.host = host == "*" ? std::string_view{} : host;
    return {};
}

}  // namespace

std::string parse_listen_address(std::string_view text, listen_address& into) {
    into = {};
    const auto question = text.find('?');
    const auto address = text.substr(0, question);
    std::string complaint;
    if (address.starts_with("unix:")) {
        complaint = read_unix(address.substr(5), into);
    } else if (address.starts_with('/') || address.starts_with('@')) {
        complaint = read_unix(address, into);
    } else {
        complaint = read_tcp(address, into);
    }
    auto rest = question == text.npos ? std::string_view{} : text.substr(question + 1);
    while (complaint.empty() && !rest.empty()) {
        const auto joint = rest.find('&');
        complaint = read_parameter(rest.substr(0, joint), into);
        rest = joint == rest.npos ? std::string_view{} : rest.substr(joint + 1);
    }
    return complaint;
}

std::string to_string(const listen_address& address) {
    std::string text;
    if (address.type == listen_address::kind::unix_) {
        text = "unix:" + address.path;
    } else if (address.host.find(':') != std::string::npos) {
        text = fmt::format("[{}]:{}", address.host, address.port);
    } else {
        text = fmt::format("{}:{}", address.host, address.port);
    }
    char joint = '?';
    const auto add = [&](std::string_view parameter) {
        text.append(1, joint).append(parameter);
        joint = '&';
    };
    if (address.protocol == wire_protocol::http) add("protocol=http");
    if (address.protocol == wire_protocol::uwsgi) add("protocol=uwsgi");
    if (address.mode) add(fmt::format("mode={:o}", *address.mode));
    if (!address.group.empty()) {
        add(fmt::format("owner={}:{}", address.owner, address.group));
    } else if (!address.owner.empty()) {
        add("owner=" + address.owner);
    }
    return text;
}

}  // namespace glimt
