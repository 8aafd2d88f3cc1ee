// SPDX-License-Identifier: Apache-2.0
// What can be done with options, whichever there are.
#include "config/option_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <numeric>
#include <ranges>
#include <utility>

namespace glimt {
namespace {

constexpr value_kind kind_of(const std::string&) { return value_kind::text; }
constexpr value_kind kind_of(loop_choice) { return value_kind::text; }
constexpr value_kind kind_of(bool) { return value_kind::boolean; }
constexpr value_kind kind_of(std::chrono::milliseconds) { return value_kind::seconds; }
template <std::integral Number>
constexpr value_kind kind_of(Number) {
    return value_kind::integer;
}
template <class T>
constexpr value_kind kind_of(const std::vector<T>&) {
    return value_kind::compound;
}

// Levenshtein's distance: how many letters to insert, drop or exchange.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto exchanged = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, exchanged}));
        }
    }
    return row.back();
}

}  // namespace

std::vector<option_shape> option_shapes() {
    const settings defaults;
    std::vector<option_shape> shapes;
    for (const auto& o : option_table()) {
        const auto kind =
            std::visit([&](auto member) { return kind_of(defaults.*member); }, o.into);
        shapes.push_back({o.group, o.name, o.deprecated, kind, text_of(o, defaults)});
    }
    return shapes;
}

std::string text_of(const option& o, const settings& values) {
    return std::visit([&](auto member) { return to_text(values.*member); }, o.into);
}

std::string set_option(const option& o, std::string_view text, settings& into) {
    return std::visit([&](auto member) { return read_value(text, o.within, into.*member); },
                      o.into);
}

std::string describe_type(const option& o) {
    const settings defaults;
    const auto kind = std::visit([&](auto member) { return kind_of(defaults.*member); }, o.into);
    const auto bounded = [&](std::string_view noun) {
        if (o.within.max != limits{}.max)
            return fmt::format("{}, {} to {}", noun, o.within.min, o.within.max);
        return fmt::format("{}, {} or more", noun, o.within.min);
    };
    if (std::holds_alternative<loop_choice settings::*>(o.into)) return "auto, uring or epoll";
    if (std::holds_alternative<dictionary settings::*>(o.into)) return "name:value pairs";
    switch (kind) {
        case value_kind::boolean: return "true or false";
        case value_kind::integer: return bounded("whole number");
        case value_kind::real:
        case value_kind::seconds: return bounded("seconds");
        case value_kind::compound: return "list";
        case value_kind::text: break;
    }
    return "text";
}

bool is_option(std::string_view section, std::string_view name) {
    const auto older = fmt::format("{}.{}", section, name);
    return std::ranges::any_of(option_table(), [&](const option& o) {
        if (o.group == section && o.name == name) return true;
        for (const auto word : o.deprecated | std::views::split(' '))
            if (std::string_view(word.begin(), word.end()) == older) return true;
        return false;
    });
}

bool is_credential(const option& o) {
    constexpr std::string_view names[] = {"auth_type",
                                          "auth_url",
                                          "username",
                                          "user_id",
                                          "user_domain_id",
                                          "user_domain_name",
                                          "password",
                                          "project_name",
                                          "project_id",
                                          "project_domain_id",
                                          "project_domain_name",
                                          "default_domain_id",
                                          "default_domain_name",
                                          "domain_id",
                                          "domain_name",
                                          "system_scope",
                                          "application_credential_id",
                                          "application_credential_name",
                                          "application_credential_secret"};
    return o.group == "keystone_authtoken" && std::ranges::find(names, o.name) != std::end(names);
}

bool is_of_session(const option& o) {
    constexpr std::string_view names[] = {"interface", "region_name", "certfile",
                                          "keyfile",   "cafile",      "insecure"};
    if (is_credential(o)) return true;
    return o.group == "keystone_authtoken" && std::ranges::find(names, o.name) != std::end(names);
}

std::string near_match(std::string_view group, std::string_view name) {
    constexpr std::size_t distance_max = 2;
    const option* best = nullptr;
    auto nearest = distance_max + 1;
    for (const auto& o : option_table()) {
        // A short name is near to everything; the right name in the wrong group is nearly right.
        if (o.name.size() <= 2 * distance_max && o.name != name) continue;
        const bool elsewhere = normal_section(o.group) != group;
        const auto away = distance(o.name, name) + (elsewhere ? distance_max : 0);
        if (away < nearest) {
            nearest = away;
            best = &o;
        }
    }
    return best ? fmt::format("[{}] {}", best->group, best->name) : "";
}

}  // namespace glimt
