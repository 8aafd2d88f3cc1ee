// SPDX-License-Identifier: Apache-2.0
#include "proto/http_head.hpp"

#include "proto/percent.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <functional>
#include <limits>
#include <utility>

namespace glimt::http {

namespace {

namespace beast = boost::beast;
using refusal = std::optional<head_error>;

// RFC 9112 2.2 asks for one at least: old clients send a CRLF of their own after a body.
constexpr unsigned empty_lines_max = 4;

std::string_view view(beast::string_view text) noexcept { return {text.data(), text.size()}; }

std::string_view trimmed(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Calls take(element) for each element of a comma-separated list, the empty ones too.
template <typename Take>
void for_each_element(std::string_view list, Take take) {
    while (true) {
        const auto comma = list.find(',');
        take(trimmed(list.substr(0, comma)));
        if (comma == std::string_view::npos) return;
        list.remove_prefix(comma + 1);
    }
}

// A field that decides about the message: how often it came, and what it said first.
struct decisive_field {
    unsigned count = 0;
    std::string_view value;

    void note(std::string_view received) noexcept {
        if (count++ == 0) value = received;
    }
};

// Takes the parts of a head from Beast's parser: the headers into the request, and what our gate
// asks about into members.
class sink final : public beast::http::basic_parser<true> {
public:
    sink(std::string_view head, std::size_t fields_max, request_head& out)
        : head_(head), fields_max_(fields_max), out_(out) {
        header_limit(
            std::numeric_limits<std::uint32_t>::max());  // the caller has the bytes already
        skip(true);  // where the body ends is for the gate to say, not for Beast
    }

    std::string_view target;
    decisive_field host, content_length, transfer_encoding;
    bool asks_close = false, asks_keep_alive = false;
    bool expects_continue = false, expects_else = false;
    refusal error;

private:
    void on_request_impl(beast::http::verb, beast::string_view method,
                         beast::string_view target_text, int version, beast::error_code&) override {
        out_.method = view(method);
        out_.http_1_0 = version == 10;
        target = view(target_text);
    }

    void on_field_impl(beast::http::field field, beast::string_view name, beast::string_view value,
                       beast::error_code& ec) override {
        const header received{view(name), view(value)};
        if (folded(received)) {
            error = head_error::malformed;
        } else if (out_.headers.size() == fields_max_) {
            error = head_error::too_large;
        }
        if (error) {
            ec = beast::http::error::bad_field;
            return;
        }
        out_.headers.push_back(received);
        note(field, received.value);
    }

    // Whether the value goes on over a line's end (obs-fold, RFC 9112 5.2). Beast unfolds such a
    // value into memory of its own, or finds it one line on when nothing stood on the first.
    bool folded(const header& h) const noexcept {
        const std::less<> before;
        const char* const name_end = h.name.data() + h.name.size();
        const char* const value = h.value.data();
        if (before(value, name_end) || before(head_.data() + head_.size(), value)) return true;
        return std::memchr(name_end, '\n', static_cast<std::size_t>(value - name_end)) != nullptr;
    }

    void note(beast::http::field field, std::string_view value) {
        switch (field) {
            case beast::http::field::host: host.note(value); break;
            case beast::http::field::content_length: content_length.note(value); break;
            case beast::http::field::transfer_encoding: transfer_encoding.note(value); break;
            case beast::http::field::connection: note_connection(value); break;
            case beast::http::field::expect: note_expectation(value); break;
            default: break;
        }
    }

    void note_connection(std::string_view value) {
        for_each_element(value, [this](std::string_view option) {
            asks_close |= equal_ignoring_case(option, "close");
            asks_keep_alive |= equal_ignoring_case(option, "keep-alive");
        });
    }

    void note_expectation(std::string_view value) {
        (equal_ignoring_case(value, "100-continue") ? expects_continue : expects_else) = true;
    }

    void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
    void on_header_impl(beast::error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
    std::size_t on_body_impl(beast::string_view, beast::error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, beast::error_code&) override {
        return 0;
    }
    void on_finish_impl(beast::error_code&) override {}

    std::string_view head_;
    std::size_t fields_max_;
    request_head& out_;
};

// For a request line that fails only at its version: whether that is one (RFC 9112 2.3, "HTTP/"
// DIGIT "." DIGIT), just not one of ours.
head_error version_error(std::string_view head) noexcept {
    const auto line = head.substr(0, head.find('\r'));
    const auto version = line.substr(line.rfind(' ') + 1);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool well_formed = std::ranges::count(line, ' ') == 2 && version.size() == 8 &&
                             version.starts_with("HTTP/") && digit(version[5]) &&
                             version[6] == '.' && digit(version[7]);
    return well_formed ? head_error::unsupported_version : head_error::malformed;
}

// Letters, digits and what else occurs in names, addresses and ports. Answers carry the host in
// URLs, so what could end a URL's authority early is not let in.
bool is_host(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) {
        const char lower = static_cast<char>(c | 0x20);
        return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view("-._~:[]%").find(c) != std::string_view::npos;
    });
}

refusal read_host(const sink& parsed, request_head& out) noexcept {
    const auto& [count, value] = parsed.host;
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
refusal read_body_kind(const sink& parsed, request_head& out) {
    const auto& length = parsed.content_length;
    const auto& coding = parsed.transfer_encoding;
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
refusal read_expectation(const sink& parsed, request_head& out) noexcept {
    if (out.http_1_0) return std::nullopt;
    if (parsed.expects_else) return head_error::unsupported_expectation;
    const bool body_comes = out.body == body_kind::chunked || out.body_bytes > 0;
    out.expects_continue = parsed.expects_continue && body_comes;
    return std::nullopt;
}

void clear(request_head& out) {
    out.method = out.query = out.host = {};
    out.path.clear();
    out.script_name.clear();
    out.headers.clear();
    out.unfolded.clear();
    out.body = body_kind::none;
    out.body_bytes = 0;
    out.http_1_0 = out.keep_alive = out.expects_continue = false;
}

refusal pass_gate(const sink& parsed, request_head& out) {
    if (out.method == "CONNECT") return head_error::unsupported_method;
    if (const auto no = read_host(parsed, out)) return no;
    if (const auto no = read_target(parsed.target, out)) return no;
    if (const auto no = read_body_kind(parsed, out)) return no;
    if (const auto no = read_expectation(parsed, out)) return no;
    out.keep_alive = !parsed.asks_close && (parsed.asks_keep_alive || !out.http_1_0);
    return std::nullopt;
}

}  // namespace

unsigned status_of(head_error error) noexcept {
    switch (error) {
        case head_error::malformed:
        case head_error::bad_target:
        case head_error::bad_host:
        case head_error::unclear_body: return 400;
        case head_error::target_too_long: return 414;
        case head_error::unsupported_expectation: return 417;
        case head_error::too_large: return 431;
        case head_error::unsupported_method:
        case head_error::unsupported_coding: return 501;
        case head_error::unsupported_version: return 505;
    }
    return 400;
}

std::string_view sentence_of(head_error error) noexcept {
    switch (error) {
        case head_error::malformed: return "The request is not well-formed HTTP.";
        case head_error::bad_target: return "The request target is not a valid path.";
        case head_error::bad_host: return "The request must name one valid host.";
        case head_error::unclear_body: return "The length of the request's body is not clear.";
        case head_error::target_too_long: return "The request target is too long.";
        case head_error::too_large: return "The request's header fields are too large or too many.";
        case head_error::unsupported_expectation: return "Only 100-continue can be expected.";
        case head_error::unsupported_method: return "This server does not open tunnels.";
        case head_error::unsupported_coding:
            return "Only the chunked transfer coding is supported.";
        case head_error::unsupported_version: return "Only HTTP/1.0 and HTTP/1.1 are supported.";
    }
    return {};
}

std::size_t head_finder::find_end(std::string_view received) noexcept {
    const auto allowed = received.substr(0, bytes_max_);
    begun_ = begun_ || allowed.find_first_not_of("\r\n") != std::string_view::npos;
    while (!error_) {
        const auto line_feed = allowed.find('\n', searched_);
        if (line_feed == std::string_view::npos) break;
        if (const auto end = accept_line(allowed, line_feed)) return end;
    }
    searched_ = allowed.size();
    if (!error_ && received.size() >= bytes_max_) {
        error_ = request_line_ended_ ? head_error::too_large : head_error::target_too_long;
    }
    return 0;
}

// Takes the line that ends at `line_feed`; answers where the head ends when this was its last.
std::size_t head_finder::accept_line(std::string_view received, std::size_t line_feed) noexcept {
    const bool bare = line_feed == line_ || received[line_feed - 1] != '\r';
    const bool empty = !bare && line_feed == line_ + 1;
    searched_ = line_ = line_feed + 1;
    if (bare) {
        error_ = head_error::malformed;
    } else if (!empty) {
        request_line_ended_ = true;
    } else if (request_line_ended_) {
        return line_;
    } else if (++empty_lines_ > empty_lines_max) {
        error_ = head_error::malformed;
    }
    return 0;
}

refusal parse_head(std::string_view head, const head_limits& limits, request_head& out) {
    clear(out);
    while (head.starts_with("\r\n")) head.remove_prefix(2);
    sink parsed(head, limits.fields_max, out);
    beast::error_code ec;
    const auto taken = parsed.put(boost::asio::const_buffer(head.data(), head.size()), ec);
    if (parsed.error) return parsed.error;
    if (ec == beast::http::error::bad_version) return version_error(head);
    if (ec || taken != head.size()) return head_error::malformed;
    return pass_gate(parsed, out);
}

}  // namespace glimt::http
