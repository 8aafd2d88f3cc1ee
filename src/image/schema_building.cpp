// SPDX-License-Identifier: Apache-2.0
#include "image/schema_building.hpp"

#include <boost/json/value.hpp>

namespace glimt {
namespace {

namespace json = boost::json;

json::object of_items(std::string_view name, json::object items, paging pages) {
    json::object properties{{name, std::move(items)}};
    json::array links;
    if (pages == paging::first_and_next) {
        for (const std::string_view each : {"first", "next"}) {
            properties[each] = {{"type", "string"}};
        }
        links.push_back(schema_link("first", "{first}"));
        links.push_back(schema_link("next", "{next}"));
    }
    properties["schema"] = {{"type", "string"}};
    links.push_back(schema_link("describedby", "{schema}"));
    json::object whole = schema_named(name, std::move(properties));
    whole["links"] = std::move(links);
    return whole;
}

// Takes the definitions out of `item`, in its order.
json::object without_definitions(const json::object& item) {
    json::object rest;
    for (const json::key_value_pair& each : item) {
        if (each.key() != "definitions") rest.emplace(each.key(), each.value());
    }
    return rest;
}

json::object with_definitions_of(const json::object& item, json::object whole) {
    if (const json::value* const found = item.if_contains("definitions")) {
        whole["definitions"] = *found;
    }
    return whole;
}

}  // namespace

json::object schema_link(std::string_view rel, std::string_view href) {
    return {{"rel", rel}, {"href", href}};
}

json::object schema_named(std::string_view name, json::object properties) {
    json::object schema{{"name", name}};
    schema["properties"] = std::move(properties);
    return schema;
}

json::object collection_schema(std::string_view name, json::object item, paging pages) {
    json::object items{{"type", "array"}};
    items["items"] = without_definitions(item);
    return with_definitions_of(item, of_items(name, std::move(items), pages));
}

json::object map_schema(std::string_view name, json::object item) {
    json::object items{{"type", "object"}};
    items["additionalProperties"] = without_definitions(item);
    return with_definitions_of(item, of_items(name, std::move(items), paging::first_and_next));
}

}  // namespace glimt
