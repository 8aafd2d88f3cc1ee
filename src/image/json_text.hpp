// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// JSON as Python's json.dumps writes it: ", " and ": " between, numbers as Python prints them. All
// functions append to `to`. Text is UTF-8 and is not checked: what came in was.

// Whether characters beyond ASCII stay as they are (ensure_ascii=False: images, members, tasks,
// metadefs) or become "\u00e9" (schemas, info). Contract 1.3.
enum class json_letters : std::uint8_t { raw, ascii };

void append_json(std::string& to, const boost::json::value& value,
                 json_letters letters = json_letters::raw);

// With its quotes; letters raw.
void append_json_string(std::string& to, std::string_view text);

void append_json_bool(std::string& to, bool value);
void append_json_number(std::string& to, std::int64_t number);
void append_json_number(std::string& to, double number);

// `null` for nothing.
void append_json_or_null(std::string& to, const std::optional<std::string>& text);
void append_json_or_null(std::string& to, const std::optional<std::int64_t>& number);

// Writes an object: one["name"] begins its next member, the caller appends the value to the text it
// is given, and end() ends it. What it appends to outlives it.
class json_members {
public:
    explicit json_members(std::string& to) : to_(to) { to_ += '{'; }

    // `name` is a literal that needs no escape.
    std::string& operator[](std::string_view name) {
        separate();
        to_ += '"';
        to_ += name;
        to_ += "\": ";
        return to_;
    }

    std::string& escaped(std::string_view name) {
        separate();
        append_json_string(to_, name);
        to_ += ": ";
        return to_;
    }

    void end() { to_ += '}'; }

private:
    void separate() {
        if (!first_) to_ += ", ";
        first_ = false;
    }

    std::string& to_;
    bool first_ = true;
};

}  // namespace glimt
