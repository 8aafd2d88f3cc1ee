// SPDX-License-Identifier: Apache-2.0
#include "image/python_text.hpp"

#include "image/json_text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace glimt {
namespace {

constexpr std::size_t shown_bytes_max = 1024;

void append_repr(std::string& to, std::string_view text) {
    const bool has_apostrophe = text.find('\'') != std::string_view::npos;
    const bool has_quote = text.find('"') != std::string_view::npos;
    const char quote = has_apostrophe && !has_quote ? '"' : '\'';
    to += quote;
    for (const char c : text) {
        if (to.size() > shown_bytes_max) break;
        const auto byte = static_cast<unsigned char>(c);
        if (c == quote || c == '\\') {
            to += '\\';
            to += c;
        } else if (c == '\n' || c == '\r' || c == '\t') {
            to += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            fmt::format_to(std::back_inserter(to), "\\x{:02x}", byte);
        } else {
            to += c;
        }
    }
    to += quote;
}

void append_repr(std::string& to, const boost::json::value& value);

void append_repr(std::string& to, const boost::json::array& array) {
    to += '[';
    for (std::size_t i = 0; i < array.size() && to.size() <= shown_bytes_max; ++i) {
        if (i != 0) to += ", ";
        append_repr(to, array[i]);
    }
    to += ']';
}

void append_repr(std::string& to, const boost::json::object& object) {
    to += '{';
    for (std::size_t i = 0; i < object.size() && to.size() <= shown_bytes_max; ++i) {
        const boost::json::key_value_pair& member = object.begin()[i];
        if (i != 0) to += ", ";
        append_repr(to, std::string_view(member.key()));
        to += ": ";
        append_repr(to, member.value());
    }
    to += '}';
}

void append_repr(std::string& to, const boost::json::value& value) {
    if (value.is_null()) {
        to += "None";
    } else if (value.is_bool()) {
        to += value.get_bool() ? "True" : "False";
    } else if (value.is_string()) {
        append_repr(to, std::string_view(value.get_string()));
    } else if (value.is_array()) {
        append_repr(to, value.get_array());
    } else if (value.is_object()) {
        append_repr(to, value.get_object());
    } else {
        append_json(to, value);
    }
}

}  // namespace

std::string python_repr(const boost::json::value& value) {
    std::string text;
    append_repr(text, value);
    if (text.size() <= shown_bytes_max) return text;
    std::size_t end = shown_bytes_max;
    while ((static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80) --end;
    text.resize(end);
    return text += "…";
}

std::string python_title(std::string_view text) {
    std::string title;
    bool within_word = false;
    for (const char c : text) {
        const bool lower = c >= 'a' && c <= 'z';
        const bool upper = c >= 'A' && c <= 'Z';
        const char other_case = static_cast<char>(c ^ 0x20);
        title += (lower && !within_word) || (upper && within_word) ? other_case : c;
        within_word = lower || upper || static_cast<unsigned char>(c) >= 0x80;
    }
    return title;
}

}  // namespace glimt
