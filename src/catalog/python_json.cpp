// SPDX-License-Identifier: Apache-2.0
#include "catalog/python_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace glimt {
namespace {

// The code point at `text`, which moves on behind it.
char32_t take_code_point(std::string_view& text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t point = length == 1 ? lead : lead & (0x7F >> length);
    for (std::size_t i = 1; i < length && i < text.size(); ++i)
        point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
    text.remove_prefix(std::min(length, text.size()));
    return point;
}

void write_escaped(std::string& out, char32_t point) {
    const auto unit = [&](char32_t value) {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(value));
    };
    if (point < 0x10000) return unit(point);
    unit(0xD800 + ((point - 0x10000) >> 10));
    unit(0xDC00 + ((point - 0x10000) & 0x3FF));
}

void write_text(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const char32_t point = take_code_point(text);
        switch (point) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            case '\f': out += "\\f"; break;
            case '\b': out += "\\b"; break;
            default:
                if (point >= 0x20 && point < 0x7F)
                    out += static_cast<char>(point);
                else
                    write_escaped(out, point);
        }
    }
    out += '"';
}

void write_number(std::string& out, double number) {
    const std::string text = fmt::format("{}", number);
    out += text;
    if (text.find_first_of(".en") == std::string::npos) out += ".0";
}

void write(std::string& out, const boost::json::value& value);

template <class Things, class Write>
void write_all(std::string& out, const Things& things, Write write_one) {
    bool first = true;
    for (const auto& thing : things) {
        if (!first) out += ", ";
        first = false;
        write_one(thing);
    }
}

void write(std::string& out, const boost::json::value& value) {
    switch (value.kind()) {
        case boost::json::kind::null: out += "null"; return;
        case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
        case boost::json::kind::int64: out += std::to_string(value.get_int64()); return;
        case boost::json::kind::uint64: out += std::to_string(value.get_uint64()); return;
        case boost::json::kind::double_: write_number(out, value.get_double()); return;
        case boost::json::kind::string: write_text(out, value.get_string()); return;
        case boost::json::kind::array:
            out += '[';
            write_all(out, value.get_array(), [&](const auto& element) { write(out, element); });
            out += ']';
            return;
        case boost::json::kind::object:
            out += '{';
            write_all(out, value.get_object(), [&](const auto& member) {
                write_text(out, member.key());
                out += ": ";
                write(out, member.value());
            });
            out += '}';
            return;
    }
}

}  // namespace

std::string python_json(const boost::json::value& value) {
    std::string out;
    write(out, value);
    return out;
}

}  // namespace glimt
