// SPDX-License-Identifier: Apache-2.0
#include "image/metadef_property.hpp"

#include "core/problem.hpp"
#include "image/json_text.hpp"
#include "image/python_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

namespace glimt {
namespace {

namespace json = boost::json;

// Each of these makes the form that is kept of a value, or nothing of one of another kind.
using conversion = std::optional<json::value> (*)(const json::value&);

std::optional<json::value> text(const json::value& value) {
    if (value.is_string() || value.is_null()) return value;
    return std::nullopt;
}

std::optional<json::value> texts(const json::value& value) {
    if (!value.is_array()) return std::nullopt;
    const bool good = std::ranges::all_of(value.get_array(),
                                          [](const json::value& each) { return each.is_string(); });
    return good ? std::optional(value) : std::nullopt;
}

std::optional<json::value> flag(const json::value& value) {
    return value.is_bool() ? std::optional(value) : std::nullopt;
}

std::optional<json::value> whole(const json::value& value) {
    if (value.is_int64() || value.is_uint64()) return value;
    if (!value.is_double() || !std::isfinite(value.get_double())) return std::nullopt;
    const double number = std::trunc(value.get_double());
    if (std::abs(number) < 0x1p63) return static_cast<std::int64_t>(number);
    return number;
}

// As Python's str() makes it.
std::optional<json::value> default_value(const json::value& value) {
    if (value.is_string()) return value;
    if (value.is_bool()) return json::value(value.get_bool() ? "True" : "False");
    if (!value.is_number()) return json::value(nullptr);
    std::string digits;
    append_json(digits, value);
    return json::value(digits);
}

std::optional<json::value> items(const json::value& value) {
    if (!value.is_object()) return std::nullopt;
    json::object made;
    constexpr std::pair<const char*, conversion> parts[] = {{"type", text}, {"enum", texts}};
    for (const auto& [name, convert] : parts) {
        const json::value* const found = value.get_object().if_contains(name);
        if (!found) continue;
        auto converted = convert(*found);
        if (!converted) return std::nullopt;
        made.emplace(name, std::move(*converted));
    }
    const bool others = made.size() != value.get_object().size();
    if (others || !made.contains("type")) return std::nullopt;
    return made;
}

// In the order Glance shows them in.
constexpr struct property_member {
    std::string_view name;
    conversion convert;
} members[] = {
    {"name", text},
    {"type", text},
    {"title", text},
    {"description", text},
    {"operators", texts},
    {"default", default_value},
    {"readonly", flag},
    {"minimum", whole},
    {"maximum", whole},
    {"enum", texts},
    {"pattern", text},
    {"minLength", whole},
    {"maxLength", whole},
    {"confidential", flag},
    {"items", items},
    {"uniqueItems", flag},
    {"minItems", whole},
    {"maxItems", whole},
    {"additionalItems", flag},
};

void refuse_others(const json::object& asked) {
    for (const json::key_value_pair& each : asked) {
        const std::string_view name = each.key();
        if (std::ranges::find(members, name, &property_member::name) != std::end(members)) continue;
        throw problem(reason::invalid, fmt::format("A property has no attribute {}.",
                                                   python_repr(json::string(name))));
    }
}

// What Glance reads again as ASCII.
void check_default(const json::object& made) {
    const json::value* const value = made.if_contains("default");
    if (!value || !value->is_string()) return;
    const bool plain = std::ranges::all_of(
        value->get_string(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (plain) return;
    throw problem(reason::invalid,
                  "The default of a property can't contain characters that are "
                  "not ASCII.");
}

}  // namespace

json::object read_property_type(const json::object& asked) {
    refuse_others(asked);
    json::object made;
    for (const property_member& each : members) {
        const json::value* const value = asked.if_contains(each.name);
        if (!value) continue;
        auto converted = each.convert(*value);
        if (!converted) {
            throw problem(reason::invalid, fmt::format("The attribute '{}' of a property can't be "
                                                       "{}.",
                                                       each.name, python_repr(*value)));
        }
        made.emplace(each.name, std::move(*converted));
    }
    check_default(made);
    return made;
}

json::object property_type_of(const json::object& kept) {
    json::object made;
    for (const property_member& each : members) {
        const json::value* const value = kept.if_contains(each.name);
        if (!value) continue;
        if (auto converted = each.convert(*value)) made.emplace(each.name, std::move(*converted));
    }
    return made;
}

void append_property_type(std::string& to, const json::object& shown) {
    json_members of(to);
    for (const json::key_value_pair& each : shown) {
        std::string& value = of.escaped(each.key());
        if (each.value().is_double()) {
            value += fmt::format("{:.0f}", each.value().get_double());
        } else {
            append_json(value, each.value());
        }
    }
    of.end();
}

}  // namespace glimt
