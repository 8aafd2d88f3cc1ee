// SPDX-License-Identifier: Apache-2.0
#include "config/option_documents.hpp"

#include "config/option_table.hpp"

#include <fmt/format.h>

#include <string_view>

namespace glimt {

namespace {

constexpr std::string_view reference_head =
    "# Options\n\n"
    "Made by `glimt config reference`; edit `src/config/option_table.cpp` instead.\n\n"
    "Later ones win: defaults, oslo files (`--config-file`, `--config-dir`), the `[uwsgi]` ini\n"
    "(`--ini`), `OS_<GROUP>__<OPTION>` in the environment, the command line. Options of Glance "
    "that\n"
    "are not in these tables are ignored; `glimt check` lists them.\n";

// Words, broken into lines of at most width - the prefix not counted - each after the prefix.
std::string wrapped(std::string_view text, std::string_view prefix, std::size_t width) {
    std::string out;
    while (!text.empty()) {
        auto end = text.size() <= width ? text.size() : text.rfind(' ', width);
        if (end == text.npos) end = std::min(text.find(' '), text.size());
        out.append(prefix).append(text.substr(0, end)).append("\n");
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// '|' would end a cell.
std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) out.append(c == '|' ? "\\" : "").append(1, c);
    return out;
}

void list(std::string& out, std::string_view heading, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    out.append(heading).append(":\n");
    for (const auto& line : lines) out.append("  ").append(line).append("\n");
}

}  // namespace

std::string sample_ini() {
    const settings defaults;
    std::string out;
    std::string_view group;
    for (const auto& o : option_table()) {
        if (o.group != group) out += fmt::format("{}[{}]\n", out.empty() ? "" : "\n", o.group);
        group = o.group;
        const auto value = text_of(o, defaults);
        out += fmt::format("\n{}# ({})\n#{} ={}{}\n", wrapped(o.help, "# ", 96), describe_type(o),
                           o.name, value.empty() ? "" : " ", value);
    }
    return out;
}

std::string option_reference() {
    const settings defaults;
    std::string out(reference_head);
    std::string_view group;
    for (const auto& o : option_table()) {
        if (o.group != group)
            out += fmt::format(
                "\n## [{}]\n\n| Option | Default | Value | Meaning |\n"
                "| --- | --- | --- | --- |\n",
                o.group);
        group = o.group;
        const auto value = text_of(o, defaults);
        out += fmt::format("| {} | {} | {} | {} |\n", o.name,
                           value.empty() ? "" : fmt::format("`{}`", cell(value)), describe_type(o),
                           cell(o.help));
    }
    return out;
}

std::string check_report(const loaded_settings& loaded) {
    std::string out;
    list(out, "read", loaded.files);
    std::vector<std::string> errors;
    for (const auto& error : loaded.errors) errors.push_back(to_string(error));
    list(out, "errors", errors);
    list(out, "warnings", loaded.warnings);
    list(out, "unknown, ignored", loaded.unknown);
    std::string_view group;
    for (const auto& o : option_table()) {
        if (o.group != group) out += fmt::format("[{}]\n", o.group);
        group = o.group;
        const auto value = text_of(o, loaded.values);
        const bool masked = o.secret && !value.empty();
        out += fmt::format("{} ={}{}\n", o.name, value.empty() ? "" : " ", masked ? "***" : value);
    }
    out += errors.empty() ? "ok\n" : "bad\n";
    return out;
}

}  // namespace glimt
