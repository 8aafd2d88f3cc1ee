// SPDX-License-Identifier: Apache-2.0
#include "proto/uwsgi.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <optional>

namespace glimt::uwsgi {

namespace {

// The variables we read by name. Each has one value: a second one is an attack or a broken front
// end, and real uWSGI would let the last one win. PATH, UWSGI_FILE, UWSGI_SETENV and all other
// names are ignored, never obeyed.
enum variable : std::uint8_t {
    request_method,
    path_info,
    query_string,
    script_name,
    content_length,
    content_type,
    remote_addr,
    server_name,
    server_port,
    https,
    request_scheme,
    uwsgi_scheme,
    uwsgi_router,
    http_host,
    http_content_length,
    http_content_type,
    http_transfer_encoding,
    value_count,
    not_wanted = value_count,
};

struct variable_row {
    std::string_view name;
    variable which = not_wanted;
};

// The headers at the end concern the connection between client and front end (RFC 9110 7.6.1), but
// for HTTP_PROXY: programs behind us would take it for their proxy ("httpoxy").
constexpr variable_row rows[] = {
    {"REQUEST_METHOD", request_method},
    {"PATH_INFO", path_info},
    {"QUERY_STRING", query_string},
    {"SCRIPT_NAME", script_name},
    {"CONTENT_LENGTH", content_length},
    {"CONTENT_TYPE", content_type},
    {"REMOTE_ADDR", remote_addr},
    {"SERVER_NAME", server_name},
    {"SERVER_PORT", server_port},
    {"HTTPS", https},
    {"REQUEST_SCHEME", request_scheme},
    {"UWSGI_SCHEME", uwsgi_scheme},
    {"UWSGI_ROUTER", uwsgi_router},
    {"HTTP_HOST", http_host},
    {"HTTP_CONTENT_LENGTH", http_content_length},
    {"HTTP_CONTENT_TYPE", http_content_type},
    {"HTTP_TRANSFER_ENCODING", http_transfer_encoding},
    {"HTTP_CONNECTION"},
    {"HTTP_KEEP_ALIVE"},
    {"HTTP_TE"},
    {"HTTP_TRAILER"},
    {"HTTP_UPGRADE"},
    {"HTTP_EXPECT"},
    {"HTTP_PROXY"},
};

// A number below 64 that differs for all names in `rows`, so that one comparison finds a name; the
// factors were found by trying. `name` is not empty.
constexpr std::size_t bucket_of(std::string_view name) noexcept {
    const auto at = [name](std::size_t index) { return static_cast<unsigned char>(name[index]); };
    return (name.size() + at(name.size() - 1) + at(name.size() / 3) * 24) % 64;
}

constexpr auto buckets = [] {
    std::array<variable_row, 64> table;
    for (const auto& row : rows) table[bucket_of(row.name)] = row;
    return table;
}();
static_assert(std::ranges::count(buckets, std::string_view(), &variable_row::name) ==
              std::ssize(buckets) - std::ssize(rows));

using variable_values = std::array<std::optional<std::string_view>, value_count>;

// A second value would let a client hide one identity or range behind another (front-ends.md 2).
constexpr std::string_view single_valued[] = {"x-auth-token", "x-service-token", "authorization",
                                              "range"};

constexpr std::string_view header_prefix = "HTTP_";

std::size_t little_endian_16(const char* at) noexcept {
    return static_cast<unsigned char>(at[0]) |
           static_cast<std::size_t>(static_cast<unsigned char>(at[1])) << 8;
}

// All bytes are looked at without leaving early: that is a vector loop, and values are short.
bool ends_line_or_string(std::string_view text) noexcept {
    bool found = false;
    for (const char c : text) found |= (c == '\0') | (c == '\r') | (c == '\n');
    return found;
}

bool has_control_byte_or_space(std::string_view name) noexcept {
    bool found = false;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        found |= (byte <= 0x20) | (byte == 0x7f);
    }
    return found;
}

// RFC 9110 5.6.2.
bool is_token(std::string_view text) noexcept {
    const auto is_token_char = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    };
    return !text.empty() && std::ranges::all_of(text, is_token_char);
}

// Turns "X_AUTH_TOKEN" into "x-auth-token". False when the name has another byte than [A-Z0-9_]:
// such a variable is no header, whatever the front end meant ("HTTP_X-AUTH-TOKEN", "HTTP_X.DOT").
bool rewrite_as_header_name(std::span<char> name) noexcept {
    bool valid = !name.empty();
    for (char& c : name) {
        valid &= ((c >= 'A') & (c <= 'Z')) | ((c >= '0') & (c <= '9')) | (c == '_');
        c = c == '_' ? '-' : static_cast<char>(c | 0x20);  // digits have that bit
    }
    return valid;
}

// Takes one string with its size in front off the block. False when it runs past the end.
bool take_string(std::span<char>& rest, std::span<char>& out) noexcept {
    if (rest.size() < 2) return false;
    const std::size_t size = little_endian_16(rest.data());
    if (rest.size() - 2 < size) return false;
    out = rest.subspan(2, size);
    rest = rest.subspan(2 + size);
    return true;
}

// Puts a variable where it belongs: among the values read by name, among the headers, or nowhere.
class block_reader {
public:
    block_reader(variable_values& values, request_head& out) : values_(values), out_(out) {}

    std::optional<head_error> take(std::span<char> name, std::string_view value) {
        const std::string_view text(name.data(), name.size());
        const auto& known = buckets[bucket_of(text)];
        if (known.name == text) return take_known(known.which, value);
        if (has_control_byte_or_space(text)) return head_error::control_byte_in_name;
        if (!text.starts_with(header_prefix)) return std::nullopt;
        return take_header(name.subspan(header_prefix.size()), value);
    }

    bool has_repeats() const noexcept { return has_repeats_; }

private:
    std::optional<head_error> take_known(variable which, std::string_view value) {
        // A path may hold CR and LF; it names nothing then. Its NUL is looked for with the path.
        if (which != path_info && ends_line_or_string(value)) {
            return head_error::control_byte_in_value;
        }
        if (which == not_wanted) return std::nullopt;
        if (values_[which]) return head_error::repeated_variable;
        values_[which] = value;
        return std::nullopt;
    }

    std::optional<head_error> take_header(std::span<char> name, std::string_view value) {
        if (ends_line_or_string(value)) return head_error::control_byte_in_value;
        if (!rewrite_as_header_name(name)) return std::nullopt;
        const std::string_view text(name.data(), name.size());
        if (is_repeated(text)) {
            if (std::ranges::find(single_valued, text) != std::end(single_valued)) {
                return head_error::repeated_variable;
            }
            has_repeats_ = true;
        }
        out_.headers.push_back({text, trimmed(value)});
        return std::nullopt;
    }

    // Most names are the first in their bucket and need no search. The worst 512 take a
    // millisecond.
    bool is_repeated(std::string_view name) noexcept {
        const std::uint64_t bit = std::uint64_t{1} << bucket_of(name);
        const bool possible = (buckets_seen_ & bit) != 0;
        buckets_seen_ |= bit;
        return possible &&
               std::ranges::find(out_.headers, name, &header::name) != out_.headers.end();
    }

    variable_values& values_;
    request_head& out_;
    std::uint64_t buckets_seen_ = 0;
    bool has_repeats_ = false;
};

// Joins the values of headers with one name in their order (RFC 9110 5.3; cookies RFC 9113 8.2.3)
// at the place of the first.
void join_repeats(request_head& out) {
    for (auto first = out.headers.begin(); first != out.headers.end(); ++first) {
        const auto same = [&](const header& other) { return other.name == first->name; };
        auto next = std::find_if(first + 1, out.headers.end(), same);
        if (next == out.headers.end()) continue;
        std::string& joined = out.unfolded.emplace_back(first->value);
        for (; next != out.headers.end(); next = std::find_if(next + 1, out.headers.end(), same)) {
            joined.append(first->name == "cookie" ? "; " : ", ").append(next->value);
        }
        first->value = joined;
        out.headers.erase(std::remove_if(first + 1, out.headers.end(), same), out.headers.end());
    }
}

// U10 and U9. The prefix counts as one only where a segment ends, so that SCRIPT_NAME "/image" does
// not cut "/images".
std::optional<head_error> set_path(const variable_values& values, request_head& out) {
    if (!values[path_info]) return head_error::bad_path;
    std::string_view path = *values[path_info];
    if (path.empty()) path = "/";  // PEP 3333: the request names just the mount point
    if (!path.starts_with('/') || path.find('\0') != std::string_view::npos) {
        return head_error::bad_path;
    }
    std::string_view script = values[script_name].value_or("");
    if (!script.empty() && script.front() != '/') return head_error::bad_script_name;
    while (script.ends_with('/')) script.remove_suffix(1);
    if (path.starts_with(script) && (path.size() == script.size() || path[script.size()] == '/')) {
        path.remove_prefix(script.size());
    }
    out.path = path.empty() ? std::string_view("/") : path;
    out.script_name = script;
    return std::nullopt;
}

// U8, without what needs the configuration: public_endpoint and X-Forwarded-Proto.
std::string_view scheme_of(const variable_values& values) noexcept {
    const std::string_view own = values[uwsgi_scheme].value_or("");
    const std::string_view on = values[https].value_or("");
    const bool is_https =
        !own.empty() ? equal_ignoring_case(own, "https")
                     : equal_ignoring_case(on, "on") || on == "1" ||
                           equal_ignoring_case(values[request_scheme].value_or(""), "https");
    return is_https ? "https" : "http";
}

void set_host(const variable_values& values, request_head& out) {
    out.host = trimmed(values[http_host].value_or(""));
    const std::string_view name = values[server_name].value_or("");
    if (!out.host.empty() || name.empty()) return;
    out.host = name;
    const std::string_view port = values[server_port].value_or("");
    if (port.empty()) return;
    out.host = out.unfolded.emplace_back(name).append(":").append(port);
}

std::optional<head_error> set_length(std::string_view digits, request_head& out) noexcept {
    constexpr std::uint64_t length_max = INT64_MAX;
    const char* const end = digits.data() + digits.size();
    const auto [stop, ec] = std::from_chars(digits.data(), end, out.body_bytes);
    if (digits.size() > 19 || stop != end || ec != std::errc{} || out.body_bytes > length_max) {
        return head_error::bad_content_length;
    }
    if (out.body_bytes > 0) out.body = body_kind::length;
    return std::nullopt;
}

// U3. nginx turns a chunked upload into a plain one and still passes its Transfer-Encoding, so a
// length decides alone; but uWSGI's router passes a client's contradiction on as it is.
std::optional<head_error> set_body(const variable_values& values, request_head& out) noexcept {
    const std::string_view length = values[content_length].value_or("");
    const std::string_view coding = trimmed(values[http_transfer_encoding].value_or(""));
    if (values[http_content_length].value_or(length) != length) {
        return head_error::content_lengths_differ;
    }
    const bool has_contradiction = !coding.empty() && values[uwsgi_router];
    if (!length.empty() && !has_contradiction) return set_length(length, out);
    if (coding.empty()) return std::nullopt;
    if (!equal_ignoring_case(coding, "chunked")) return head_error::unknown_transfer_coding;
    if (!length.empty()) return head_error::both_lengths;
    out.body = body_kind::chunked;
    return std::nullopt;
}

std::optional<head_error> fill(const variable_values& values, request_head& out) {
    out.method = values[request_method].value_or("");
    if (!is_token(out.method)) return head_error::bad_method;
    if (const auto error = set_path(values, out)) return error;
    if (const auto error = set_body(values, out)) return error;
    out.query = values[query_string].value_or("");
    out.remote_address = values[remote_addr].value_or("");
    out.behind_uwsgi_router = values[uwsgi_router].has_value();
    out.scheme = scheme_of(values);
    set_host(values, out);
    if (const auto type = trimmed(values[content_type].value_or("")); !type.empty()) {
        out.headers.push_back({"content-type", type});
    }
    return std::nullopt;
}

}  // namespace

unsigned status_of(head_error error) noexcept {
    switch (error) {
        case head_error::foreign_modifier: return 0;
        case head_error::block_too_long:
        case head_error::too_many_variables: return 431;
        case head_error::unknown_transfer_coding: return 501;
        default: return 400;
    }
}

std::string_view sentence_of(head_error error) noexcept {
    switch (error) {
        case head_error::foreign_modifier: return "This is no uwsgi web request.";
        case head_error::block_too_long: return "The variables take more bytes than allowed.";
        case head_error::too_many_variables: return "There are more variables than allowed.";
        case head_error::torn_variable: return "A variable runs past the end of its block.";
        case head_error::control_byte_in_name: return "A variable's name has a control byte.";
        case head_error::control_byte_in_value: return "A variable has a CR, LF or NUL.";
        case head_error::repeated_variable: return "A variable of one value is repeated.";
        case head_error::bad_method: return "REQUEST_METHOD is no method.";
        case head_error::bad_path: return "PATH_INFO is no path.";
        case head_error::bad_script_name: return "SCRIPT_NAME is no path.";
        case head_error::bad_content_length: return "CONTENT_LENGTH is no length.";
        case head_error::content_lengths_differ: return "There are two different content lengths.";
        case head_error::both_lengths: return "There are a length and a transfer coding.";
        case head_error::unknown_transfer_coding: return "The transfer coding is not supported.";
    }
    return {};
}

head_progress examine(std::string_view received, const head_limits& limits) noexcept {
    constexpr std::string_view ping_packet{"\x64\0\0\0", packet_header_bytes};
    constexpr head_progress foreign{head_state::refused, head_error::foreign_modifier};
    const std::string_view header = received.substr(0, packet_header_bytes);
    if (ping_packet.starts_with(header)) {
        const bool whole = header.size() == packet_header_bytes;
        return {.state = whole ? head_state::ping : head_state::incomplete};
    }
    if (header.front() != 0) return foreign;
    if (header.size() < packet_header_bytes) return {};
    if (header[3] != 0) return foreign;
    const std::size_t block_bytes = little_endian_16(header.data() + 1);
    if (block_bytes > limits.block_bytes_max) {
        return {head_state::refused, head_error::block_too_long};
    }
    const std::size_t head_bytes = packet_header_bytes + block_bytes;
    const bool whole = received.size() >= head_bytes;
    return {.state = whole ? head_state::complete : head_state::incomplete,
            .head_bytes = head_bytes};
}

std::optional<head_error> parse_head(std::span<char> head, request_head& out,
                                     const head_limits& limits) {
    assert(head.size() >= packet_header_bytes &&
           head.size() == packet_header_bytes + little_endian_16(head.data() + 1));
    variable_values values;
    block_reader reader(values, out);
    std::size_t count = 0;
    for (auto rest = head.subspan(packet_header_bytes); !rest.empty(); ++count) {
        std::span<char> name;
        std::span<char> value;
        if (count == limits.variable_count_max) return head_error::too_many_variables;
        if (!take_string(rest, name) || name.empty() || !take_string(rest, value)) {
            return head_error::torn_variable;
        }
        if (const auto error = reader.take(name, {value.data(), value.size()})) return error;
    }
    if (reader.has_repeats()) join_repeats(out);
    return fill(values, out);
}

}  // namespace glimt::uwsgi
