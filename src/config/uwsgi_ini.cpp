// SPDX-License-Identifier: Apache-2.0
#include "config/uwsgi_ini.hpp"

#include "config/strip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace glimt {

namespace {

// Longer values are not put into others, so that a chain of them cannot double without end.
constexpr std::size_t placeholder_bytes_max = 65536;

std::string file_placeholder(char letter, std::string_view path) {
    const auto slash = path.rfind('/');
    const auto name = slash == path.npos ? path : path.substr(slash + 1);
    switch (letter) {
        case 'd': return std::string(path.substr(0, path.size() - name.size()));
        case 'p': return std::string(path);
        case 's': return std::string(name);
        case 'n': return std::string(name.substr(0, name.rfind('.')));
        case '%': return "%";
        default: return {};
    }
}

// Replaces %d and its like, which uWSGI does before it looks at anything else.
std::string with_file_placeholders(std::string_view text, std::string_view path) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        auto value = text[i] == '%' ? file_placeholder(next, path) : std::string();
        if (value.empty()) {
            out += text[i];
        } else {
            out += value;
            ++i;
        }
    }
    return out;
}

// Replaces sign(name) by what lookup says, and leaves it as it is when that says nothing.
template <class Lookup>
std::string with_names(std::string_view text, std::string_view opening, const Lookup& lookup) {
    std::string out;
    while (true) {
        const auto at = text.find(opening);
        const auto end = at == text.npos ? text.npos : text.find(')', at);
        out += text.substr(0, end == text.npos ? text.npos : at);
        if (end == text.npos) return out;
        const auto name = text.substr(at + opening.size(), end - at - opening.size());
        const std::optional<std::string> value = lookup(name);
        out += value ? *value : std::string(text.substr(at, end + 1 - at));
        text.remove_prefix(end + 1);
    }
}

void replace_names(std::vector<uwsgi_setting>& settings, const environment_lookup& environment) {
    for (auto& setting : settings) setting.value = with_names(setting.value, "$(", environment);
    for (std::size_t i = 0; i < settings.size(); ++i) {
        // A value is looked up as it stands in the file, or replaced already when it is above.
        const auto of_file = [&](std::string_view name) -> std::optional<std::string> {
            const auto found = std::ranges::find(settings, name, &uwsgi_setting::name);
            if (found == settings.end() || found->value.size() > placeholder_bytes_max)
                return std::nullopt;
            return found->value;
        };
        settings[i].value = with_names(settings[i].value, "%(", of_file);
    }
}

}  // namespace

uwsgi_ini read_uwsgi_ini(std::string_view text, const std::string& path, std::string_view section,
                         const environment_lookup& environment) {
    uwsgi_ini ini;
    const auto prepared = with_file_placeholders(text, path);
    std::string_view rest = prepared;
    std::string_view current;
    bool seen = false;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto line = strip(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.empty() || line.starts_with('#') || line.starts_with(';')) continue;
        if (line.starts_with('[')) {
            current = line.substr(1, line.find(']') - 1);
            seen = seen || current == section;
            continue;
        }
        if (current != section) continue;
        const auto equals = line.find('=');
        ini.settings.push_back(
            {std::string(strip_right(line.substr(0, equals))),
             equals == line.npos ? "true" : std::string(strip_left(line.substr(equals + 1))),
             fmt::format("{}:{}", path, number)});
    }
    if (!seen) ini.errors.push_back({path, fmt::format("has no section [{}]", section)});
    replace_names(ini.settings, environment);
    return ini;
}

std::pair<std::string, std::string> split_ini_argument(std::string_view argument) {
    const auto colon = argument.rfind(':');
    if (colon == argument.npos || argument.find('/', colon) != argument.npos)
        return {std::string(argument), "uwsgi"};
    return {std::string(argument.substr(0, colon)), std::string(argument.substr(colon + 1))};
}

}  // namespace glimt
