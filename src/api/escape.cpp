// SPDX-License-Identifier: Apache-2.0
#include "api/escape.hpp"

#include "proto/percent.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

namespace glimt {
namespace {

constexpr char32_t replacement = 0xfffd;

struct decoded {
    char32_t point;
    std::size_t size;  // bytes it took, at least 1
};

// The code point `text` (not empty) begins with. RFC 3629: no overlong forms, no surrogates.
decoded decode_first(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return {first, 1};
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < size) return {replacement, 1};
    char32_t point = first & (0xffu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0u) != 0x80) return {replacement, 1};
        point = point << 6 | (byte(i) & 0x3fu);
    }
    constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = point >= 0xd800 && point < 0xe000;
    if (point < least[size] || point > 0x10ffff || surrogate) return {replacement, 1};
    return {point, size};
}

// Calls `each` for every code point of `text`.
template <class Function>
void for_each_point(std::string_view text, Function each) {
    while (!text.empty()) {
        const decoded next = decode_first(text);
        each(next.point);
        text.remove_prefix(next.size);
    }
}

void append_json_unit(std::string& to, unsigned unit) {
    fmt::format_to(std::back_inserter(to), "\\u{:04x}", unit);
}

void append_json_point(std::string& to, char32_t point) {
    switch (point) {
        case '"': to += "\\\""; return;
        case '\\': to += "\\\\"; return;
        case '\n': to += "\\n"; return;
        case '\r': to += "\\r"; return;
        case '\t': to += "\\t"; return;
        case '\b': to += "\\b"; return;
        case '\f': to += "\\f"; return;
        default: break;
    }
    if (point >= ' ' && point <= '~') {
        to += static_cast<char>(point);
    } else if (point <= 0xffff) {
        append_json_unit(to, point);
    } else {
        append_json_unit(to, 0xd800u + ((point - 0x10000) >> 10));
        append_json_unit(to, 0xdc00u + ((point - 0x10000) & 0x3ff));
    }
}

void append_html_point(std::string& to, char32_t point) {
    switch (point) {
        case '&': to += "&amp;"; return;
        case '<': to += "&lt;"; return;
        case '>': to += "&gt;"; return;
        case '"': to += "&quot;"; return;
        case '\'': to += "&#x27;"; return;
        default: break;
    }
    if (point < 0x80) {
        to += static_cast<char>(point);
    } else {
        fmt::format_to(std::back_inserter(to), "&#{};", static_cast<std::uint32_t>(point));
    }
}

bool begins_line_break(std::string_view tag) {
    return tag.size() >= 3 && (tag[1] == 'b' || tag[1] == 'B') && (tag[2] == 'r' || tag[2] == 'R');
}

// Replaces the line breaks of `text`, "<br" up to the next '>', by '\n'.
std::string with_line_breaks(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool line_break = text[at] == '<' && begins_line_break(text.substr(at));
        const std::size_t end = line_break ? text.find('>', at + 3) : std::string_view::npos;
        if (line_break && end == std::string_view::npos) {
            return out.append(text.substr(at));  // no '>' is left, so no tag either
        }
        out += line_break ? '\n' : text[at];
        if (line_break) at = end;
    }
    return out;
}

std::string without_comment_marks(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        if (text.starts_with("<!--")) {
            text.remove_prefix(4);
        } else if (text.starts_with("-->")) {
            text.remove_prefix(3);
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

}  // namespace

void append_json_escaped(std::string& to, std::string_view text) {
    for_each_point(text, [&](char32_t point) { append_json_point(to, point); });
}

void append_html_escaped(std::string& to, std::string_view text) {
    for_each_point(text, [&](char32_t point) { append_html_point(to, point); });
}

void append_path_escaped(std::string& to, std::string_view text) {
    append_percent_encoded(to, text, "/!$&'()*+,;=:@");
}

std::string without_tags(std::string_view text) {
    std::string flat;
    flat.reserve(text.size());
    for (const char c : text) {
        if (c != '\r') flat += c == '\n' ? ' ' : c;
    }
    const std::string marked = without_comment_marks(with_line_breaks(flat));
    std::string out;
    for (std::size_t at = 0; at < marked.size(); ++at) {
        const std::size_t end = marked[at] == '<' ? marked.find('>', at) : std::string::npos;
        if (marked[at] == '<' && end == std::string::npos) return out.append(marked, at);
        if (marked[at] == '<') {
            at = end;
        } else {
            out += marked[at];
        }
    }
    return out;
}

}  // namespace glimt
