// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string_view>

namespace glimt {

// The forms Glance's schemas have (contract 1.28). All are in the order Glance writes.

// What a collection says besides its items: members and tasks have no pages.
enum class paging : bool { none, first_and_next };

// {"rel": "self", "href": "{self}"}
boost::json::object schema_link(std::string_view rel, std::string_view href);

// {"name": …, "properties": …}; the caller appends what else it has.
boost::json::object schema_named(std::string_view name, boost::json::object properties);

// A list of items under `name`. The definitions of the item move to the collection.
boost::json::object collection_schema(std::string_view name, boost::json::object item,
                                      paging pages);

// The same with an object of named items instead of a list.
boost::json::object map_schema(std::string_view name, boost::json::object item);

}  // namespace glimt
