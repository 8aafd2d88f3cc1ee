// SPDX-License-Identifier: Apache-2.0
#include "proto/chunked.hpp"

#include "proto/message.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>

namespace glimt::http {

namespace {

constexpr unsigned digits_max = 16;
constexpr std::size_t extension_bytes_max = 4096;
constexpr std::uint64_t excess_bytes_max = 16 * 1024;
constexpr std::size_t trailer_bytes_max = 8192;

// The digit's value, or 16.
unsigned hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a') + 10 : 16;
}

bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

bool is_control(char c) noexcept {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

// RFC 9110 5.6.2
bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        const char lower = static_cast<char>(c | 0x20);
        return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

// RFC 9110 6.5.1: fields that say how to read the message come too late in a trailer.
bool is_trailer(std::string_view line) noexcept {
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    return colon != std::string_view::npos && is_token(name) &&
           !equal_ignoring_case(name, "content-length") &&
           !equal_ignoring_case(name, "transfer-encoding") && !equal_ignoring_case(name, "host");
}

}  // namespace

std::size_t chunked_decoder::feed_framing(std::span<const std::byte> in) {
    std::size_t at = 0;
    while (at < in.size() && state_ != state::data && state_ < state::done) {
        state_ = next(static_cast<char>(in[at++]));
    }
    framing_ += at;
    return at;
}

chunked_decoder::step chunked_decoder::feed(std::span<const std::byte> in) {
    const std::size_t at = feed_framing(in);
    if (state_ != state::data) return {at, {}};
    const auto data = in.subspan(at, std::min<std::uint64_t>(left_, in.size() - at));
    left_ -= data.size();
    if (left_ == 0) {
        state_ = state::data_return;
        framing_ = 0;
    }
    return {at + data.size(), data};
}

chunked_decoder::state chunked_decoder::next(char c) {
    switch (state_) {
        case state::size_first: return hex_value(c) < 16 ? after_size(c) : state::failed;
        case state::size: return after_size(c);
        case state::extension_wait:
        case state::extension: return in_extension(c);
        case state::size_line_feed: return c == '\n' ? after_size_line() : state::failed;
        case state::data_return: return c == '\r' ? state::data_line_feed : state::failed;
        case state::data_line_feed: return c == '\n' ? state::size_first : state::failed;
        case state::trailer: return in_trailer(c);
        case state::trailer_line_feed: return c == '\n' ? after_trailer_line() : state::failed;
        case state::data:
        case state::done:
        case state::failed: break;
    }
    assert(false);
    return state::failed;
}

chunked_decoder::state chunked_decoder::after_size(char c) {
    const unsigned digit = hex_value(c);
    if (digit == 16) return in_extension(c);
    if (++digits_ > digits_max || left_ >> 59 != 0) return state::failed;
    left_ = left_ * 16 + digit;
    return state::size;
}

// chunk-ext = *( BWS ";" ... ): what stands between the size and the CR, the ';' first.
chunked_decoder::state chunked_decoder::in_extension(char c) {
    const bool open = state_ == state::extension;
    if (c == '\r') return state_ == state::extension_wait ? state::failed : state::size_line_feed;
    if (++extension_ > extension_bytes_max) return state::failed;
    if (open) return is_control(c) ? state::failed : state::extension;
    if (c == ';') return state::extension;
    return is_blank(c) ? state::extension_wait : state::failed;
}

chunked_decoder::state chunked_decoder::after_size_line() {
    excess_ += extension_;
    excess_ -= std::min(excess_, left_);
    digits_ = 0;
    extension_ = 0;
    if (excess_ > excess_bytes_max) return state::failed;
    chunk_ = left_;
    return left_ > 0 ? state::data : state::trailer;
}

chunked_decoder::state chunked_decoder::in_trailer(char c) {
    if (c == '\r') return state::trailer_line_feed;
    if (is_control(c) || ++trailers_ > trailer_bytes_max) return state::failed;
    trailer_.push_back(c);
    return state::trailer;
}

chunked_decoder::state chunked_decoder::after_trailer_line() {
    if (trailer_.empty()) return state::done;
    if (!is_trailer(trailer_)) return state::failed;
    trailer_.clear();
    return state::trailer;
}

chunk_head::chunk_head(std::uint64_t data_bytes) noexcept {
    assert(data_bytes > 0);
    char* const end = std::to_chars(text_.data(), text_.data() + digits_max, data_bytes, 16).ptr;
    size_ = static_cast<std::size_t>(std::ranges::copy(chunk_end, end).out - text_.data());
}

}  // namespace glimt::http
