// SPDX-License-Identifier: Apache-2.0
#include "image/json_text.hpp"

#include "image/utf8.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace glimt {
namespace {

// For each byte: 0 when it stands for itself, else the letter behind the backslash.
constexpr std::array<char, 256> make_escapes() {
    std::array<char, 256> table{};
    for (std::size_t i = 0; i < 0x20; ++i) table[i] = 'u';
    table['"'] = '"';
    table['\\'] = '\\';
    table['\b'] = 'b';
    table['\f'] = 'f';
    table['\n'] = 'n';
    table['\r'] = 'r';
    table['\t'] = 't';
    return table;
}
constexpr std::array<char, 256> escapes = make_escapes();

void append_unit(std::string& to, unsigned unit) {
    fmt::format_to(std::back_inserter(to), "\\u{:04x}", unit);
}

// Each byte of a word.
constexpr std::uint64_t eight(std::uint8_t byte) { return byte * 0x0101'0101'0101'0101u; }

// Whether one of the bytes is below `limit`, which is at most 0x80.
constexpr bool has_below(std::uint64_t bytes, std::uint8_t limit) {
    return ((bytes - eight(limit)) & ~bytes & eight(0x80)) != 0;
}

// How many bytes from `at` on stand for themselves; sees eight at a time, and may stop before the
// first that does not.
std::size_t plain_bytes(std::string_view text, std::size_t at) {
    const std::size_t begin = at;
    for (std::uint64_t bytes; at + sizeof bytes <= text.size(); at += sizeof bytes) {
        std::memcpy(&bytes, text.data() + at, sizeof bytes);
        if (has_below(bytes, 0x20) || has_below(bytes ^ eight('"'), 1) ||
            has_below(bytes ^ eight('\\'), 1))
            break;
    }
    return at - begin;
}

void append_escaped(std::string& to, std::string_view text) {
    std::size_t begin = 0;
    for (std::size_t at = plain_bytes(text, 0); at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const char letter = escapes[byte];
        if (letter == 0) continue;
        to.append(text, begin, at - begin);
        begin = at + 1;
        if (letter == 'u') {
            append_unit(to, byte);
        } else {
            to += '\\';
            to += letter;
        }
    }
    to.append(text, begin);
}

void append_ascii(std::string& to, std::string_view text) {
    while (!text.empty()) {
        const code_point next = first_code_point(text);
        if (next.value < 0x7f) {
            append_escaped(to, text.substr(0, 1));
        } else if (next.value > 0xffff) {
            append_unit(to, 0xd800u + ((next.value - 0x10000u) >> 10));
            append_unit(to, 0xdc00u + ((next.value - 0x10000u) & 0x3ffu));
        } else {
            append_unit(to, next.value);
        }
        text.remove_prefix(next.size);
    }
}

class writer {
public:
    writer(std::string& to, json_letters letters) : to_(to), letters_(letters) {}

    void write(const boost::json::value& value) {
        switch (value.kind()) {
            case boost::json::kind::null: to_ += "null"; return;
            case boost::json::kind::bool_: to_ += value.get_bool() ? "true" : "false"; return;
            case boost::json::kind::int64: append_json_number(to_, value.get_int64()); return;
            case boost::json::kind::uint64:
                to_ += fmt::format_int(value.get_uint64()).str();
                return;
            case boost::json::kind::double_: append_json_number(to_, value.get_double()); return;
            case boost::json::kind::string: write(std::string_view(value.get_string())); return;
            case boost::json::kind::array: write(value.get_array()); return;
            case boost::json::kind::object: write(value.get_object()); return;
        }
    }

private:
    void write(std::string_view text) {
        to_ += '"';
        if (letters_ == json_letters::raw) {
            append_escaped(to_, text);
        } else {
            append_ascii(to_, text);
        }
        to_ += '"';
    }

    void write(const boost::json::array& array) {
        to_ += '[';
        for (std::size_t i = 0; i < array.size(); ++i) {
            if (i != 0) to_ += ", ";
            write(array[i]);
        }
        to_ += ']';
    }

    void write(const boost::json::object& object) {
        to_ += '{';
        for (std::size_t i = 0; i < object.size(); ++i) {
            const boost::json::key_value_pair& member = object.begin()[i];
            if (i != 0) to_ += ", ";
            write(std::string_view(member.key()));
            to_ += ": ";
            write(member.value());
        }
        to_ += '}';
    }

    std::string& to_;
    json_letters letters_;
};

}  // namespace

void append_json(std::string& to, const boost::json::value& value, json_letters letters) {
    writer(to, letters).write(value);
}

void append_json_string(std::string& to, std::string_view text) {
    to += '"';
    append_escaped(to, text);
    to += '"';
}

void append_json_or_null(std::string& to, const std::optional<std::string>& text) {
    if (text) {
        append_json_string(to, std::string_view(*text));
    } else {
        to += "null";
    }
}

void append_json_bool(std::string& to, bool value) { to += value ? "true" : "false"; }

void append_json_number(std::string& to, std::int64_t number) {
    const fmt::format_int text(number);
    to.append(text.data(), text.size());
}

void append_json_or_null(std::string& to, const std::optional<std::int64_t>& number) {
    if (number) {
        append_json_number(to, *number);
    } else {
        to += "null";
    }
}

// {fmt} chooses digits and exponent as Python's repr does, but leaves ".0" off.
void append_json_number(std::string& to, double number) {
    if (!std::isfinite(number)) {
        to += std::isnan(number) ? "NaN" : number < 0 ? "-Infinity" : "Infinity";
        return;
    }
    const std::string text = fmt::format("{}", number);
    to += text;
    if (text.find_first_of(".e") == std::string::npos) to += ".0";
}

}  // namespace glimt
