// SPDX-License-Identifier: Apache-2.0
#include "config/oslo_ini.hpp"

#include "config/strip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace glimt {

namespace {

// Takes the first line off, whichever of \n, \r\n and \r ends it.
std::string_view take_line(std::string_view& text) {
    const auto end = std::min(text.find_first_of("\r\n"), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(end);
    if (text.starts_with("\r\n")) {
        text.remove_prefix(2);
    } else if (!text.empty()) {
        text.remove_prefix(1);
    }
    return line;
}

std::string_view unquoted(std::string_view value) {
    if (!value.starts_with('"') && !value.starts_with('\'')) return value;
    if (value.front() != value.back()) return value;
    return value.size() < 2 ? std::string_view{} : value.substr(1, value.size() - 2);
}

class oslo_reader {
public:
    explicit oslo_reader(std::string path) { file_.path = std::move(path); }

    ini_file read(std::string_view text) && {
        while (!text.empty()) {
            ++line_;
            take(strip_right(take_line(text)));
        }
        flush();
        return std::move(file_);
    }

private:
    void take(std::string_view line) {
        if (line.starts_with(' ') || line.starts_with('\t')) return take_continuation(line);
        flush();
        if (line.empty() || line.starts_with('#') || line.starts_with(';')) return;
        if (line.starts_with('[')) return take_section(line);
        take_assignment(line);
    }

    void take_continuation(std::string_view line) {
        if (open_) {
            open_->value.append("\n").append(strip_left(line));
        } else {
            fail("white space at the start, but no value above to continue");
        }
    }

    void take_section(std::string_view line) {
        if (!line.ends_with(']')) return fail("a section must end with ']'");
        if (line.size() <= 2) return fail("a section needs a name");
        section_ = normal_section(line.substr(1, line.size() - 2));
    }

    void take_assignment(std::string_view line) {
        const auto sign = line.find_first_of(":=");
        if (sign == line.npos) return fail("expected 'name = value'");
        const auto name = strip(line.substr(0, sign));
        if (name.empty()) return fail("no name before the value");
        open_ = ini_entry{section_, std::string(name),
                          std::string(unquoted(strip(line.substr(sign + 1)))), line_};
    }

    void flush() {
        if (!open_) return;
        if (section_.empty()) {
            file_.errors.push_back({fmt::format("{}:{}", file_.path, open_->line),
                                    "a [section] must come before the first value"});
        } else {
            file_.entries.push_back(std::move(*open_));
        }
        open_.reset();
    }

    void fail(std::string what) {
        file_.errors.push_back({fmt::format("{}:{}", file_.path, line_), std::move(what)});
    }

    ini_file file_;
    std::string section_;
    std::optional<ini_entry> open_;  // its value may go on in the next line
    std::size_t line_ = 0;
};

}  // namespace

ini_file read_oslo_ini(std::string_view text, std::string path) {
    return oslo_reader(std::move(path)).read(text);
}

std::string normal_section(std::string_view name) {
    std::string out(name);
    if (out == "DEFAULT") return out;
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

}  // namespace glimt
