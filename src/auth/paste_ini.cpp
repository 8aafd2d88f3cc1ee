// SPDX-License-Identifier: Apache-2.0
#include "auth/paste_ini.hpp"

#include "config/strip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <ranges>

namespace glimt {
namespace {

// Every name is compared with all before it.
constexpr std::size_t lines_max = 10'000;

class paste_reader {
public:
    explicit paste_reader(std::string_view path) : path_(path) {}

    paste_ini read(std::string_view text) && {
        for (const auto line : text | std::views::split('\n')) {
            if (++line_ > lines_max) {
                fail("there are too many lines");
                break;
            }
            take(std::string_view(line.begin(), line.end()));
        }
        return std::move(out_);
    }

private:
    void take(std::string_view line) {
        const auto stripped = strip(line);
        if (stripped.empty() || stripped[0] == '#' || stripped[0] == ';') return;
        const auto indent = line.size() - strip_left(line).size();
        if (open_ && indent > indent_) {
            out_.entries.back().value.append("\n").append(stripped);
            return;
        }
        indent_ = indent;
        open_ = false;
        const auto close = stripped.rfind(']');
        if (stripped[0] == '[' && close != stripped.npos && close > 1) {
            const auto section = stripped.substr(1, close - 1);
            if (out_.has(section)) fail("this section is there already");
            out_.sections.emplace_back(section);
        } else {
            take_assignment(stripped);
        }
    }

    void take_assignment(std::string_view line) {
        const auto sign = line.find_first_of("=:");
        if (out_.sections.empty()) return fail("a [section] must come before the first value");
        if (sign == line.npos) return fail("expected 'name = value'");
        if (sign == 0) return fail("no name before the value");
        const auto name = strip(line.substr(0, sign));
        if (out_.find(out_.sections.back(), name)) return fail("this name is there already");
        out_.entries.push_back(
            {out_.sections.back(), std::string(name), std::string(strip(line.substr(sign + 1)))});
        open_ = true;
    }

    void fail(std::string_view what) {
        out_.errors.push_back({fmt::format("{}:{}", path_, line_), std::string(what)});
    }

    std::string_view path_;
    paste_ini out_;
    std::size_t line_ = 0;
    std::size_t indent_ = 0;  // of the last line that continued nothing
    bool open_ = false;       // the last entry may go on
};

}  // namespace

bool paste_ini::has(std::string_view section) const {
    return std::ranges::find(sections, section) != sections.end();
}

std::optional<std::string_view> paste_ini::find(std::string_view section,
                                                std::string_view name) const {
    for (const auto& each : entries)
        if (each.section == section && each.name == name) return each.value;
    return std::nullopt;
}

paste_ini read_paste_ini(std::string_view text, std::string_view path) {
    return paste_reader(path).read(text);
}

}  // namespace glimt
