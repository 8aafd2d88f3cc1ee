// SPDX-License-Identifier: Apache-2.0
#include "proto/http_head.hpp"

#include "proto/http_gate.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>

namespace glimt::http {

namespace {

namespace beast = boost::beast;
using refusal = std::optional<head_error>;

// RFC 9112 2.2 asks for one at least: old clients send a CRLF of their own after a body.
constexpr unsigned empty_lines_max = 4;

// What lies between a field's name and its value when nothing but the fold is there.
constexpr std::string_view shortest_fold = ":\r\n ";

std::string_view view(beast::string_view text) noexcept { return {text.data(), text.size()}; }

// Takes the parts of a head from Beast's parser: the headers into the request, and what the gate
// asks about into `facts`.
class sink final : public beast::http::basic_parser<true> {
public:
    sink(std::string_view head, std::size_t fields_max, request_head& out)
        : head_(head), fields_max_(fields_max), out_(out) {
        // The caller has counted the bytes already.
        header_limit(std::numeric_limits<std::uint32_t>::max());
        skip(true);  // where the body ends is for the gate to say, not for Beast
    }

    head_facts facts;
    refusal error;

private:
    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                         int version, beast::error_code&) override {
        out_.method = view(method);
        out_.http_1_0 = version == 10;
        facts.target = view(target);
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
        const auto gap = static_cast<std::size_t>(value - name_end);
        return gap >= shortest_fold.size() && std::memchr(name_end, '\n', gap) != nullptr;
    }

    void note(beast::http::field field, std::string_view value) {
        switch (field) {
            case beast::http::field::host: facts.host.note(value); break;
            case beast::http::field::content_length: facts.content_length.note(value); break;
            case beast::http::field::transfer_encoding: facts.transfer_encoding.note(value); break;
            case beast::http::field::connection: facts.note_connection(value); break;
            case beast::http::field::expect: facts.note_expectation(value); break;
            default: break;
        }
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
    return pass_gate(parsed.facts, out);
}

}  // namespace glimt::http
