// SPDX-License-Identifier: Apache-2.0
#include "proto/http_gate.hpp"

#include "proto/percent.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace glimt::http {

namespace {

using refusal = std::optional<head_error>;

// Letters, digits and what else occurs in names, addresses and ports. Answers carry the host in
// URLs, so what could end a URL's authority early is not let in.
bool is_host(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) {
        const char lower = static_cast<char>(c | 0x20);
        return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view("-._~:[]%").find(c) != std::string_view::npos;
    });
}

// Methods are compared to the letter (RFC 9110 9.1), and none is written so. A server beside us
// that is less exact takes "get" for GET, and what follows for something else than we do.
bool has_lower_case(std::string_view method) noexcept {
    return std::ranges::any_of(method, [](char c) { return c >= 'a' && c <= 'z'; });
}

refusal read_host(const head_facts& facts, request_head& out) noexcept {
    const auto& [count, value] = facts.host;
    if (count > 1 || (count == 0 && !out.http_1_0) || !is_host(value)) return head_error::bad_host;
    out.host = value;
    return std::nullopt;
}

// RFC 9112 3.2.2: takes scheme and authority off the front of an absolute-form target; what it
// names is the host, whatever the Host field says. False when there is no such front.
bool take_authority(std::string_view& target, request_head& out) noexcept {
    const auto scheme = target.substr(0, target.find("//") + 2);
    if (!equal_ignoring_case(scheme, "http://") && !equal_ignoring_case(scheme, "https://")) {
        return false;
    }
    const auto rest = target.substr(scheme.size());
    const auto authority = rest.substr(0, rest.find_first_of("/?"));
    if (authority.empty() || !is_host(authority)) return false;
    out.host = authority;
    target = rest.substr(authority.size());
    return true;
}

bool decode_path(std::string_view raw, std::string& path) {
    if (raw.find('%') == std::string_view::npos) {
        path = raw;
        return true;
    }
    auto decoded = percent_decoded(raw);
    if (!decoded || decoded->find('\0') != std::string::npos) return false;
    path = std::move(*decoded);
    return true;
}

// RFC 9112 3.2: origin-form, absolute-form, and "*" for OPTIONS.
refusal read_target(std::string_view target, request_head& out) {
    const auto foreign = [](char c) { return static_cast<unsigned char>(c) > '~' || c == '#'; };
    if (std::ranges::any_of(target, foreign)) return head_error::bad_target;
    if (target == "*" && out.method == "OPTIONS") {
        out.path = target;
        return std::nullopt;
    }
    if (target.front() != '/' && !take_authority(target, out)) return head_error::bad_target;
    const auto mark = target.find('?');
    if (mark != std::string_view::npos) out.query = target.substr(mark + 1);
    const auto raw = target.substr(0, mark);
    if (!decode_path(raw.empty() ? "/" : raw, out.path)) return head_error::bad_target;
    return std::nullopt;
}

bool is_known_coding(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 6> codings{"gzip",     "x-gzip",     "deflate",
                                                      "compress", "x-compress", "identity"};
    return std::ranges::any_of(codings, [name](auto c) { return equal_ignoring_case(c, name); });
}

// Nothing for exactly "chunked". A list of codings that exist, with "chunked" nowhere but at its
// end, is merely not supported; anything else is an attempt to make two servers disagree.
refusal judge_codings(std::string_view value) {
    if (equal_ignoring_case(value, "chunked")) return std::nullopt;
    bool ended = false;
    bool known = true;
    for_each_element(value, [&](std::string_view coding) {
        const bool chunked = equal_ignoring_case(coding, "chunked");
        known &= !ended && (chunked || is_known_coding(coding));
        ended |= chunked;
    });
    return known ? head_error::unsupported_coding : head_error::unclear_body;
}

// RFC 9112 6.1 and 6.3, without the latitude they leave: one field says where the body ends.
refusal read_body_kind(const head_facts& facts, request_head& out) {
    const auto& length = facts.content_length;
    const auto& coding = facts.transfer_encoding;
    if (coding.count > 0) {
        if (length.count > 0 || coding.count > 1 || out.http_1_0) return head_error::unclear_body;
        out.body = body_kind::chunked;
        return judge_codings(coding.value);
    }
    if (length.count == 0) return std::nullopt;
    const auto [first, last] =
        std::pair(length.value.data(), length.value.data() + length.value.size());
    const auto [end, ec] = std::from_chars(first, last, out.body_bytes);
    if (length.count > 1 || ec != std::errc() || end != last || out.body_bytes >> 63 != 0) {
        return head_error::unclear_body;
    }
    out.body = body_kind::length;
    return std::nullopt;
}

// RFC 9110 10.1.1; HTTP/1.0 knows no expectations and they are ignored there.
refusal read_expectation(const head_facts& facts, request_head& out) noexcept {
    if (out.http_1_0) return std::nullopt;
    if (facts.expects_else) return head_error::unsupported_expectation;
    const bool body_comes = out.body == body_kind::chunked || out.body_bytes > 0;
    out.expects_continue = facts.expects_continue && body_comes;
    return std::nullopt;
}

}  // namespace

void head_facts::note_connection(std::string_view value) {
    for_each_element(value, [this](std::string_view option) {
        asks_close |= equal_ignoring_case(option, "close");
        asks_keep_alive |= equal_ignoring_case(option, "keep-alive");
    });
}

void head_facts::note_expectation(std::string_view value) {
    (equal_ignoring_case(value, "100-continue") ? expects_continue : expects_else) = true;
}

refusal pass_gate(const head_facts& facts, request_head& out) {
    if (has_lower_case(out.method)) return head_error::malformed;
    if (out.method == "CONNECT") return head_error::unsupported_method;
    if (const auto no = read_host(facts, out)) return no;
    if (const auto no = read_target(facts.target, out)) return no;
    if (const auto no = read_body_kind(facts, out)) return no;
    if (const auto no = read_expectation(facts, out)) return no;
    out.keep_alive = !facts.asks_close && (facts.asks_keep_alive || !out.http_1_0);
    return std::nullopt;
}

}  // namespace glimt::http
