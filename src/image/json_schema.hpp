// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>

namespace glimt {

// JSON schemas as far as Glance's own and schema-image.json go: type, enum, minLength, maxLength,
// pattern, minimum, maximum, minItems, maxItems, uniqueItems, items, required, properties,
// additionalProperties, allOf, and $ref to "#/definitions/…". Other words say nothing.

// Why `value` breaks `schema`: the first line of what jsonschema says of its best match, such as
// "5 is not of type 'null', 'string'". Nothing when it does not. Of several errors the one closest
// to the root counts, there one about a type, and then the first.
std::optional<std::string> schema_error(const boost::json::object& schema,
                                        const boost::json::value& value);

// Why `schema` cannot be used, for start-up: a word above with a value of the wrong kind, a type
// that does not exist, a pattern that is none.
std::optional<std::string> schema_fault(const boost::json::value& schema);

}  // namespace glimt
