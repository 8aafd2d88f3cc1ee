// SPDX-License-Identifier: Apache-2.0
// Prints what glimt reads out of oslo files, for oslo_config_test.py to compare with oslo.config.
//
//   dump_ini OPTIONS CASE...
//
// OPTIONS: a JSON list of {group, name, type, deprecated, default, min, max}.
// CASE: a JSON object {files: [path, ...], environment: {NAME: value}}.
// Both are read from files. One line per case: {"refused": true} or {"values": {...}}.
#include "config/option_lookup.hpp"
#include "config/oslo_ini.hpp"
#include "config/value.hpp"

#include <boost/json.hpp>

#include <bit>
#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

namespace {

namespace json = boost::json;

std::string whole_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

struct typed_option {
    std::string group, name, deprecated, type;
    std::string default_text;
    glimt::limits within;

    glimt::option_shape shape() const {
        static const std::map<std::string, glimt::value_kind> kinds = {
            {"str", glimt::value_kind::text},      {"multi", glimt::value_kind::compound},
            {"bool", glimt::value_kind::boolean},  {"int", glimt::value_kind::integer},
            {"float", glimt::value_kind::real},    {"list", glimt::value_kind::compound},
            {"dict", glimt::value_kind::compound},
        };
        return {group, name, deprecated, kinds.at(type), default_text};
    }
};

// Python and C++ print the same double differently, so its bits are compared.
json::value bits(double number) {
    if (std::isnan(number)) return json::value("nan");
    return json::value(std::to_string(std::bit_cast<std::uint64_t>(number)));
}

json::value typed(const typed_option& option, const std::string& text, std::string& complaint) {
    std::optional<std::int64_t> integer;
    std::optional<double> real;
    bool boolean = false;
    std::vector<std::string> items;
    glimt::dictionary pairs;
    if (option.type == "str" || option.type == "multi") return json::value(text);
    if (option.type == "bool") {
        complaint = glimt::read_boolean(text, boolean);
        return boolean;
    }
    if (option.type == "int") {
        complaint = glimt::read_integer(text, integer);
        if (integer && (*integer < option.within.min || *integer > option.within.max))
            complaint = "out of bounds";
        return integer ? json::value(*integer) : json::value();
    }
    if (option.type == "float") {
        complaint = glimt::read_real(text, real);
        return real ? bits(*real) : json::value();
    }
    if (option.type == "list") {
        complaint = glimt::read_list(text, items);
        return json::value_from(items);
    }
    complaint = glimt::read_dictionary(text, pairs);
    json::object object;
    for (const auto& [name, value] : pairs) object[name] = value;
    return object;
}

json::value read_option(const glimt::option_lookup& lookup, const typed_option& option) {
    std::vector<glimt::found_text> found;
    if (option.type == "multi") {
        found = lookup.find_all(option.shape());
    } else if (auto one = lookup.find(option.shape())) {
        found.push_back(std::move(*one));
    }
    if (found.empty()) return {{"unset", true}};
    json::array values;
    for (auto& text : found) {
        if (text.complaint.empty()) values.push_back(typed(option, text.text, text.complaint));
        if (!text.complaint.empty()) return {{"error", true}};
    }
    return {{"value", option.type == "multi" ? json::value(values) : values[0]}};
}

json::value read_case(const json::object& input, const std::vector<typed_option>& options) {
    glimt::option_layers layers;
    for (const auto& path : input.at("files").as_array()) {
        const std::string name(path.as_string());
        layers.files.push_back(glimt::read_oslo_ini(whole_file(name), name));
        if (!layers.files.back().errors.empty()) return {{"refused", true}};
    }
    const auto& environment = input.at("environment").as_object();
    layers.environment = [&](std::string_view name) -> std::optional<std::string> {
        const auto* value = environment.if_contains({name.data(), name.size()});
        if (!value) return std::nullopt;
        return std::string(value->as_string());
    };
    std::vector<glimt::option_shape> shapes;
    for (const auto& option : options) shapes.push_back(option.shape());
    const glimt::option_lookup lookup(layers, shapes);
    json::object values;
    for (const auto& option : options)
        values[option.group + "." + option.name] = read_option(lookup, option);
    return {{"values", values}};
}

std::vector<typed_option> read_options(const std::string& path) {
    std::vector<typed_option> options;
    const auto text = [](const json::object& o, const char* key) {
        return std::string(o.at(key).as_string());
    };
    const auto document = json::parse(whole_file(path));
    for (const auto& item : document.as_array()) {
        const auto& o = item.as_object();
        options.push_back(
            {text(o, "group"),
             text(o, "name"),
             text(o, "deprecated"),
             text(o, "type"),
             text(o, "default"),
             {o.at("min").to_number<std::int64_t>(), o.at("max").to_number<std::int64_t>()}});
    }
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() < 2) return 2;
    const auto options = read_options(arguments[0]);
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const auto input = json::parse(whole_file(arguments[i]));
        std::cout << json::serialize(read_case(input.as_object(), options)) << "\n";
    }
}
