// SPDX-License-Identifier: Apache-2.0
#include "config/option_lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <utility>

namespace glimt {

namespace {

using names = std::vector<std::pair<std::string, std::string_view>>;  // normal section, name

// The name in use, then the older ones: within one file the first of these that is there counts.
names names_of(const option_shape& option) {
    names out{{normal_section(option.group), option.name}};
    for (auto rest = option.deprecated; !rest.empty();) {
        const auto space = rest.find(' ');
        const auto older = rest.substr(0, space);
        const auto dot = older.find('.');
        out.emplace_back(normal_section(older.substr(0, dot)), older.substr(dot + 1));
        rest = space == rest.npos ? std::string_view{} : rest.substr(space + 1);
    }
    return out;
}

std::string place(const ini_file& file, const ini_entry& entry) {
    return fmt::format("{}:{}", file.path, entry.line);
}

const option_override* last_of(const std::vector<option_override>& overrides,
                               const option_shape& option) {
    for (const auto& o : overrides | std::views::reverse)
        if (o.group == option.group && o.name == option.name) return &o;
    return nullptr;
}

bool begins_name(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool goes_on(char c) { return begins_name(c) || c == '.' || (c >= '0' && c <= '9'); }

// The name at the start of text, empty when there is none.
std::string_view take_name(std::string_view text) {
    if (text.empty() || !begins_name(text.front())) return {};
    return text.substr(0, std::ranges::find_if_not(text, goes_on) - text.begin());
}

}  // namespace

struct option_lookup::expansion {
    std::string text;
    std::string complaint;
    int references_left = 256;  // ends circles, and pyramids of references to references

    static constexpr std::size_t text_bytes_max = 1 << 20;
};

std::optional<found_text> option_lookup::find(const option_shape& option) const {
    const auto text = raw(option);
    if (!text) return std::nullopt;
    return expanded(*text, option.group);
}

std::vector<found_text> option_lookup::find_all(const option_shape& option) const {
    std::vector<found_text> out;
    for (const auto& file : layers_.files)
        for (const auto& [section, name] : names_of(option) | std::views::reverse)
            for (const auto& entry : file.entries)
                if (entry.section == section && entry.name == name)
                    out.push_back(expanded({entry.value, place(file, entry)}, option.group));
    return out;
}

std::optional<option_lookup::raw_text> option_lookup::raw(const option_shape& option) const {
    if (const auto* o = last_of(layers_.command_line, option)) return raw_text{o->text, o->where};
    if (layers_.environment) {
        auto variable = environment_name(option.group, option.name);
        if (auto text = layers_.environment(variable))
            return raw_text{std::move(*text), std::move(variable)};
    }
    if (const auto* o = last_of(layers_.ini, option)) return raw_text{o->text, o->where, true};
    return raw_from_files(option);
}

std::optional<option_lookup::raw_text> option_lookup::raw_from_files(
    const option_shape& option) const {
    const auto candidates = names_of(option);
    for (const auto& file : layers_.files | std::views::reverse)
        for (const auto& [section, name] : candidates)
            for (const auto& entry : file.entries | std::views::reverse)
                if (entry.section == section && entry.name == name)
                    return raw_text{entry.value, place(file, entry)};
    return std::nullopt;
}

const option_shape* option_lookup::known(std::string_view group, std::string_view name) const {
    const auto found = std::ranges::find_if(
        options_, [&](const auto& o) { return o.group == group && o.name == name; });
    return found == options_.end() ? nullptr : &*found;
}

found_text option_lookup::expanded(const raw_text& raw, std::string_view group) const {
    if (raw.plain) return {raw.text, raw.where, {}};
    expansion result;
    expand(raw.text, group, result);
    return {std::move(result.text), raw.where, std::move(result.complaint)};
}

// Python's string.Template with oslo's idea of a name, after oslo's "\$" for "$$".
void option_lookup::expand(std::string_view text, std::string_view group, expansion& into) const {
    std::string prepared(text);
    for (auto at = prepared.find("\\$"); at != prepared.npos; at = prepared.find("\\$", at + 2))
        prepared[at] = '$';
    std::string_view rest = prepared;
    while (into.complaint.empty()) {
        const auto dollar = rest.find('$');
        into.text += rest.substr(0, dollar);
        if (into.text.size() > expansion::text_bytes_max) into.complaint = "grows beyond 1 MiB";
        if (dollar == rest.npos) return;
        rest.remove_prefix(dollar + 1);
        const bool braced = rest.starts_with('{');
        const auto name = take_name(braced ? rest.substr(1) : rest);
        const auto after = name.size() + (braced ? 1 : 0);
        if (rest.starts_with('$')) {
            into.text += '$';
            rest.remove_prefix(1);
        } else if (name.empty() || (braced && !rest.substr(after).starts_with('}'))) {
            into.text += '$';
        } else {
            refer(name, group, into);
            rest.remove_prefix(after + (braced ? 1 : 0));
        }
    }
}

void option_lookup::refer(std::string_view key, std::string_view group, expansion& into) const {
    if (into.references_left-- == 0) {
        into.complaint = fmt::format("${} leads in a circle", key);
        return;
    }
    const auto dot = key.find('.');
    const bool qualified = dot != key.npos;
    const auto name = qualified ? key.substr(dot + 1) : key;
    if (qualified) group = key.substr(0, dot);
    std::vector<std::string_view> groups;
    if (group != "DEFAULT") groups.push_back(group);
    if (!qualified) groups.push_back("DEFAULT");  // oslo knows no ${DEFAULT.name}
    for (const auto from : groups)
        if (const auto* option = known(from, name)) return value_of(*option, into);
    for (const auto from : groups) {
        // An option of Glance that glimt has no use for may still be referred to.
        const option_shape foreign{
            .group = from, .name = name, .deprecated = {}, .default_text = {}};
        if (raw_from_files(foreign)) return value_of(foreign, into);
    }
    into.complaint = fmt::format("${} is not an option (a plain '$' is written '$$')", key);
}

void option_lookup::value_of(const option_shape& option, expansion& into) const {
    const auto text = raw(option);
    if (!text && option.default_text.empty()) return;  // oslo's None
    expansion value{.text = {}, .complaint = {}, .references_left = into.references_left};
    if (text && !text->plain) {
        expand(text->text, option.group, value);
    } else {
        value.text = text ? text->text : option.default_text;
    }
    into.references_left = value.references_left;
    into.complaint = std::move(value.complaint);
    if (!into.complaint.empty()) return;
    into.text += canonical_text(option.kind, value.text, into.complaint);
    if (!into.complaint.empty())
        into.complaint = fmt::format("${} {}", option.name, into.complaint);
}

std::string environment_name(std::string_view group, std::string_view name) {
    auto out = fmt::format("OS_{}__{}", group, name);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

}  // namespace glimt
