// SPDX-License-Identifier: Apache-2.0
#include "image/json_schema.hpp"

#include "image/json_text.hpp"
#include "image/pattern.hpp"
#include "image/python_text.hpp"
#include "image/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <vector>

namespace glimt {
namespace {

namespace json = boost::json;

std::string_view text_of(const json::value& value) { return value.get_string(); }

std::string quoted(std::string_view text) { return python_repr(json::string(text)); }

bool is_integer(const json::value& value) {
    if (value.is_int64() || value.is_uint64()) return true;
    return value.is_double() && std::trunc(value.get_double()) == value.get_double();
}

bool is_of(std::string_view type, const json::value& value) {
    if (type == "null") return value.is_null();
    if (type == "boolean") return value.is_bool();
    if (type == "integer") return is_integer(value);
    if (type == "number") return value.is_number();
    if (type == "string") return value.is_string();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
}

// `types` is the name of one, or an array of names.
bool is_of_any(const json::value& types, const json::value& value) {
    if (types.is_string()) return is_of(text_of(types), value);
    return std::ranges::any_of(
        types.get_array(), [&](const json::value& each) { return is_of(text_of(each), value); });
}

// 'null', 'string'
std::string quoted_types(const json::value& types) {
    if (types.is_string()) return quoted(text_of(types));
    std::string all;
    for (const json::value& each : types.get_array()) {
        all += (all.empty() ? "" : ", ") + quoted(text_of(each));
    }
    return all;
}

bool contains(const json::array& values, const json::value& value) {
    return std::ranges::find(values, value) != values.end();
}

bool has_duplicates(const json::array& array) {
    std::unordered_set<std::string> seen;
    return std::ranges::any_of(array, [&](const json::value& each) {
        std::string text;
        append_json(text, each);
        return !seen.insert(std::move(text)).second;
    });
}

double number_of(const json::value& value) { return value.to_number<double>(); }

// The one fault of a value that counts so far.
struct finding {
    std::size_t depth;
    bool of_right_type;
    std::string message;
};

class validator {
public:
    explicit validator(const json::object& root) : root_(root) {}

    // `depth` is how many steps `value` is below the root.
    void check(const json::object& schema, const json::value& value, std::size_t depth) {
        for (const json::key_value_pair& word : schema) {
            const at here{schema, value, depth};
            check_reference(here, word);
            check_value(here, word);
            if (value.is_string()) check_string(here, word);
            if (value.is_number()) check_number(here, word);
            if (value.is_array()) check_array(here, word);
            if (value.is_object()) check_object(here, word);
        }
    }

    std::optional<std::string> result() && {
        if (!found_) return std::nullopt;
        return std::move(found_->message);
    }

private:
    struct at {
        const json::object& schema;
        const json::value& value;
        std::size_t depth;
    };

    void fail(const at& here, std::string message) {
        const json::value* const types = here.schema.if_contains("type");
        finding next{here.depth, types && is_of_any(*types, here.value), std::move(message)};
        const bool better =
            !found_ || next.depth < found_->depth ||
            (next.depth == found_->depth && found_->of_right_type && !next.of_right_type);
        if (better) found_ = std::move(next);
    }

    void check_reference(const at& here, const json::key_value_pair& word) {
        if (word.key() == "$ref") {
            constexpr std::string_view place = "#/definitions/";
            const json::object& definitions = root_.at("definitions").get_object();
            check(definitions.at(text_of(word.value()).substr(place.size())).get_object(),
                  here.value, here.depth);
        } else if (word.key() == "allOf") {
            for (const json::value& each : word.value().get_array()) {
                check(each.get_object(), here.value, here.depth);
            }
        }
    }

    void check_value(const at& here, const json::key_value_pair& word) {
        if (word.key() == "type" && !is_of_any(word.value(), here.value)) {
            fail(here, fmt::format("{} is not of type {}", python_repr(here.value),
                                   quoted_types(word.value())));
        } else if (word.key() == "enum" && !contains(word.value().get_array(), here.value)) {
            fail(here, fmt::format("{} is not one of {}", python_repr(here.value),
                                   python_repr(word.value())));
        }
    }

    void check_string(const at& here, const json::key_value_pair& word) {
        const std::string_view text = text_of(here.value);
        if (word.key() == "pattern") {
            if (!pattern_found(std::string(text_of(word.value())), text)) {
                fail(here, fmt::format("{} does not match {}", python_repr(here.value),
                                       python_repr(word.value())));
            }
        } else if (word.key() == "minLength" || word.key() == "maxLength") {
            check_size(here, word, count_code_points(text));
        }
    }

    void check_number(const at& here, const json::key_value_pair& word) {
        const bool is_minimum = word.key() == "minimum";
        if (!is_minimum && word.key() != "maximum") return;
        const double number = number_of(here.value), bound = number_of(word.value());
        if (is_minimum ? number >= bound : number <= bound) return;
        fail(here, fmt::format("{} is {} of {}", python_repr(here.value),
                               is_minimum ? "less than the minimum" : "greater than the maximum",
                               python_repr(word.value())));
    }

    void check_array(const at& here, const json::key_value_pair& word) {
        const json::array& array = here.value.get_array();
        if (word.key() == "items") {
            for (const json::value& each : array) {
                check(word.value().get_object(), each, here.depth + 1);
            }
        } else if (word.key() == "minItems" || word.key() == "maxItems") {
            check_size(here, word, array.size());
        } else if (word.key() == "uniqueItems" && word.value() == true && has_duplicates(array)) {
            fail(here, fmt::format("{} has non-unique elements", python_repr(here.value)));
        }
    }

    // The words min… and max… of texts and arrays.
    void check_size(const at& here, const json::key_value_pair& word, std::size_t size) {
        const double bound = number_of(word.value());
        const auto count = static_cast<double>(size);
        const bool is_minimum = word.key().starts_with("min");
        if (is_minimum ? count >= bound : count <= bound) return;
        fail(here,
             fmt::format("{} is too {}", python_repr(here.value), is_minimum ? "short" : "long"));
    }

    void check_object(const at& here, const json::key_value_pair& word) {
        const json::object& object = here.value.get_object();
        if (word.key() == "properties") {
            for (const json::key_value_pair& each : word.value().get_object()) {
                const json::value* const member = object.if_contains(each.key());
                if (member) check(each.value().get_object(), *member, here.depth + 1);
            }
        } else if (word.key() == "required") {
            for (const json::value& each : word.value().get_array()) {
                if (object.contains(text_of(each))) continue;
                fail(here, fmt::format("{} is a required property", python_repr(each)));
            }
        } else if (word.key() == "additionalProperties") {
            check_additional(here, word.value());
        }
    }

    void check_additional(const at& here, const json::value& allowed) {
        const json::value* const properties = here.schema.if_contains("properties");
        std::vector<std::string> extras;
        for (const json::key_value_pair& each : here.value.get_object()) {
            if (properties && properties->get_object().contains(each.key())) continue;
            if (allowed.is_object()) check(allowed.get_object(), each.value(), here.depth + 1);
            extras.emplace_back(each.key());
        }
        if (allowed != false || extras.empty()) return;
        std::ranges::sort(extras);
        std::string names;
        for (const std::string& each : extras) {
            names += (names.empty() ? "" : ", ") + quoted(each);
            if (names.size() > 1024) break;
        }
        fail(here, fmt::format("Additional properties are not allowed ({} {} unexpected)", names,
                               extras.size() == 1 ? "was" : "were"));
    }

    const json::object& root_;
    std::optional<finding> found_;
};

bool is_type_name(const json::value& value) {
    constexpr std::string_view names[] = {"null",   "boolean", "integer", "number",
                                          "string", "array",   "object"};
    return value.is_string() && std::ranges::find(names, text_of(value)) != std::end(names);
}

bool are_types(const json::value& value) {
    if (!value.is_array()) return is_type_name(value);
    return !value.get_array().empty() && std::ranges::all_of(value.get_array(), is_type_name);
}

bool are_texts(const json::value& value) {
    return value.is_array() && std::ranges::all_of(value.get_array(), [](const auto& each) {
               return each.is_string();
           });
}

bool is_usable(std::string_view word, const json::value& value) {
    if (word == "type") return are_types(value);
    if (word == "enum") return value.is_array();
    if (word == "required") return are_texts(value);
    if (word == "pattern") return value.is_string() && is_pattern(std::string(text_of(value)));
    if (word == "minLength" || word == "maxLength" || word == "minimum" || word == "maximum" ||
        word == "minItems" || word == "maxItems") {
        return value.is_number();
    }
    if (word == "items" || word == "properties") return value.is_object();
    if (word == "additionalProperties") return value.is_object() || value.is_bool();
    return word != "$ref" && word != "allOf";
}

}  // namespace

std::optional<std::string> schema_error(const json::object& schema, const json::value& value) {
    validator validates(schema);
    validates.check(schema, value, 0);
    return std::move(validates).result();
}

std::optional<std::string> schema_fault(const json::value& schema) {
    if (!schema.is_object()) return fmt::format("{} is not a schema", python_repr(schema));
    for (const json::key_value_pair& word : schema.get_object()) {
        if (!is_usable(word.key(), word.value())) {
            return fmt::format("'{}' cannot be {}", std::string_view(word.key()),
                               python_repr(word.value()));
        }
        const bool nested = word.key() == "items" ||
                            (word.key() == "additionalProperties" && word.value().is_object());
        if (nested) {
            if (auto fault = schema_fault(word.value())) return fault;
        }
        if (word.key() != "properties") continue;
        for (const json::key_value_pair& each : word.value().get_object()) {
            if (auto fault = schema_fault(each.value())) return fault;
        }
    }
    return std::nullopt;
}

}  // namespace glimt
