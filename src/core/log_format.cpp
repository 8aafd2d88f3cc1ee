// SPDX-License-Identifier: Apache-2.0
#include "core/log_format.hpp"

#include <fmt/format.h>

#include <array>
#include <cassert>
#include <cstddef>
#include <ctime>
#include <iterator>

namespace glimt {
namespace {

struct level {
    std::string_view name;
    int number;  // Python's logging levels
};

level level_of(severity how) {
    switch (how) {
        case severity::debug: return {"DEBUG", 10};
        case severity::info: return {"INFO", 20};
        case severity::warning: return {"WARNING", 30};
        case severity::error: return {"ERROR", 40};
        case severity::critical: break;
    }
    return {"CRITICAL", 50};
}

// The size of the UTF-8 character `text` begins with; 0 when it begins with none (RFC 3629 section
// 4: no overlong forms, no surrogates, nothing above U+10FFFF).
std::size_t character_size(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto first = byte(0);
    if (first < 0x80) return 1;
    if (first < 0xc2 || first > 0xf4) return 0;
    const std::size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (text.size() < size) return 0;
    const unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < least || byte(1) > most) return 0;
    for (std::size_t i = 2; i < size; ++i)
        if ((byte(i) & 0xc0) != 0x80) return 0;
    return size;
}

// U+0000 to U+001F, U+007F, and U+0080 to U+009F, which terminals obey as well.
bool is_control(std::string_view character) {
    const auto byte = static_cast<unsigned char>(character[0]);
    if (character.size() == 1) return byte < 0x20 || byte == 0x7f;
    return byte == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
}

char short_escape(char c) {
    switch (c) {
        case '\n': return 'n';
        case '\r': return 'r';
        case '\t': return 't';
        default: return '\0';
    }
}

void append_text(std::string& to, std::string_view text) {
    while (!text.empty()) {
        const auto size = character_size(text);
        const auto character = text.substr(0, size == 0 ? 1 : size);
        text.remove_prefix(character.size());
        if (size != 0 && !is_control(character)) {
            to.append(character);
            continue;
        }
        if (const char letter = short_escape(character[0])) {
            to.append({'\\', letter});
            continue;
        }
        for (const char c : character)
            fmt::format_to(std::back_inserter(to), "\\x{:02x}", static_cast<unsigned char>(c));
    }
}

void append_json_character(std::string& to, std::string_view character) {
    const char c = character[0];
    if (c == '"' || c == '\\') {
        to.append({'\\', c});
    } else if (!is_control(character)) {
        to.append(character);
    } else if (const char letter = short_escape(c)) {
        to.append({'\\', letter});
    } else {
        const auto code = static_cast<unsigned char>(character.back());  // C2 80 is U+0080
        fmt::format_to(std::back_inserter(to), "\\u{:04x}", code);
    }
}

void append_json(std::string& to, std::string_view text) {
    to += '"';
    while (!text.empty()) {
        const auto size = character_size(text);
        if (size == 0)
            to.append("\xef\xbf\xbd");
        else
            append_json_character(to, text.substr(0, size));
        text.remove_prefix(size == 0 ? 1 : size);
    }
    to += '"';
}

void append_json_or_null(std::string& to, std::string_view key, std::string_view text) {
    to.append(key);
    if (text.empty())
        to.append("null");
    else
        append_json(to, text);
}

// In local time, as Python's logging has it. A format that gives more than 256 bytes gives none.
void append_date(std::string& to, wall_time when, const char* format) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(when).time_since_epoch().count();
    const auto since_epoch = static_cast<std::time_t>(seconds);
    std::tm local{};
    ::localtime_r(&since_epoch, &local);
    std::array<char, 256> text;
    to.append(text.data(), std::strftime(text.data(), text.size(), format, &local));
}

int milliseconds_of(wall_time when) {
    const auto part = when - std::chrono::floor<std::chrono::seconds>(when);
    return static_cast<int>(std::chrono::floor<std::chrono::milliseconds>(part).count());
}

void append_or(std::string& to, std::string_view text, std::string_view instead) {
    append_text(to, text.empty() ? instead : text);
}

}  // namespace

void append_text_line(std::string& to, const log_entry& entry, const char* date_format) {
    append_date(to, entry.when, date_format);
    fmt::format_to(std::back_inserter(to), ".{:03} {} {} ", milliseconds_of(entry.when),
                   entry.process, level_of(entry.how).name);
    append_text(to, entry.component);
    if (entry.context.empty()) {
        to += " [-] ";
    } else {
        to += " [";
        append_or(to, entry.context.global_request_id, "None");
        to += ' ';
        append_or(to, entry.context.request_id, "None");
        to += ' ';
        append_or(to, entry.context.user_id, "-");
        to += ' ';
        append_or(to, entry.context.project_id, "-");
        to += " - - - -] ";  // domain, system scope, the user's and the project's domain
    }
    append_text(to, entry.message);
    to += '\n';
}

void append_json_line(std::string& to, const log_entry& entry) {
    const auto [name, number] = level_of(entry.how);
    const auto milliseconds = milliseconds_of(entry.when);
    const auto microseconds = std::chrono::floor<std::chrono::microseconds>(entry.when);
    to += "{\"message\": ";
    append_json(to, entry.message);
    to += ", \"asctime\": \"";
    append_date(to, entry.when, default_date_format);
    fmt::format_to(std::back_inserter(to), ",{:03}\", \"name\": ", milliseconds);
    append_json(to, entry.component);
    fmt::format_to(std::back_inserter(to),
                   ", \"levelname\": \"{}\", \"levelno\": {}, \"created\": {:.6f}, \"msecs\": {}"
                   ", \"process\": {}, \"context\": {{",
                   name, number, static_cast<double>(microseconds.time_since_epoch().count()) / 1e6,
                   milliseconds, entry.process);
    if (!entry.context.empty()) {
        append_json_or_null(to, "\"request_id\": ", entry.context.request_id);
        append_json_or_null(to, ", \"global_request_id\": ", entry.context.global_request_id);
        append_json_or_null(to, ", \"user\": ", entry.context.user_id);
        append_json_or_null(to, ", \"project_id\": ", entry.context.project_id);
    }
    to += "}}\n";
}

}  // namespace glimt
