// SPDX-License-Identifier: Apache-2.0
#include "api/request_url.hpp"

#include "api/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace glimt {
namespace {

struct origin {
    std::string_view scheme;
    std::string_view host;
    std::string prefix;
};

std::string_view before(std::string_view text, char mark) {
    return text.substr(0, text.find(mark));
}

// The value of the header up to its first comma; empty when there is none.
std::string_view first_of(const request_head& head, std::string_view name) {
    const header* found = head.find(name);
    return found ? trimmed(before(found->value, ',')) : std::string_view();
}

std::string_view unquoted(std::string_view text) {
    const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    return quoted ? text.substr(1, text.size() - 2) : text;
}

// The parameter of one element of Forwarded, as in "for=192.0.2.60;proto=http".
std::string_view forwarded(std::string_view element, std::string_view name) {
    while (!element.empty()) {
        const std::string_view pair = before(element, ';');
        element.remove_prefix(std::min(pair.size() + 1, element.size()));
        const std::string_view found = before(pair, '=');
        if (found.size() == pair.size() || !equal_ignoring_case(trimmed(found), name)) continue;
        return unquoted(trimmed(pair.substr(found.size() + 1)));
    }
    return {};
}

void apply_forwarded(origin& to, const request_head& head) {
    std::string_view scheme, host;
    if (const header* element = head.find("forwarded"); element && !element->value.empty()) {
        const std::string_view first = before(element->value, ',');
        scheme = forwarded(first, "proto");
        host = forwarded(first, "host");
    } else {
        scheme = first_of(head, "x-forwarded-proto");
        host = first_of(head, "x-forwarded-host");
    }
    for (const std::string_view known : {"http", "https"}) {
        if (equal_ignoring_case(scheme, known)) to.scheme = known;
    }
    if (!host.empty()) to.host = host;
    const std::string_view prefix = first_of(head, "x-forwarded-prefix");
    if (prefix.empty()) return;
    to.prefix.insert(0, prefix);
    if (to.prefix.front() != '/') to.prefix.insert(0, 1, '/');
}

// `host` without the port every client of that scheme assumes.
std::string_view without_default_port(std::string_view host, std::string_view scheme) {
    const std::string_view port = scheme == "https" ? ":443" : ":80";
    return host.ends_with(port) ? host.substr(0, host.size() - port.size()) : host;
}

origin origin_of(const request_head& head, const settings& options) {
    origin from{head.scheme, head.host, head.script_name};
    if (options.enable_proxy_headers_parsing) apply_forwarded(from, head);
    return from;
}

// The first address of ours that names a host and a port.
std::string own_host(const settings& options) {
    for (const listen_address& each : options.listen) {
        if (each.host.empty() || each.port == 0) continue;
        if (each.host.find(':') != std::string::npos)
            return fmt::format("[{}]:{}", each.host, each.port);
        return fmt::format("{}:{}", each.host, each.port);
    }
    return fmt::format("{}:{}", options.bind_host, options.bind_port);
}

std::string url_of(const origin& from, const settings& options) {
    std::string own;
    if (from.host.empty()) own = own_host(options);
    const std::string_view host = from.host.empty() ? std::string_view(own) : from.host;
    std::string url;
    url.append(from.scheme).append("://").append(without_default_port(host, from.scheme));
    return url;
}

}  // namespace

std::string request_origin(const request_head& head, const settings& options) {
    return url_of(origin_of(head, options), options);
}

std::string request_url(const request_head& head, const settings& options) {
    const origin from = origin_of(head, options);
    std::string url = url_of(from, options);
    append_path_escaped(url, from.prefix);
    while (url.ends_with('/')) url.pop_back();
    return url;
}

}  // namespace glimt
