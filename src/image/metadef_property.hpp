// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>

#include <string>

namespace glimt {

// What a namespace or an object says of one property (the PropertyType of contract 1.27):
// {"type": "integer", "title": "CPUs", "minimum": 1}. In the form that is kept and shown its
// members are in Glance's order, a default is a text (2 is "2", true "True", lists and objects are
// null) and a number an integer (1.5 is 1), which beyond 64 bits is a double without a fraction.

// That form of what a client or a file says. Throws problem(reason::invalid) for members that a
// property does not have and for values of another kind; most of them the schema has refused.
boost::json::object read_property_type(const boost::json::object& asked);

// That form of what the database holds, where glance-manage keeps what its files say as they say
// it. What cannot be shown is left out; Glance then shows nothing of the namespace.
boost::json::object property_type_of(const boost::json::object& kept);

// `shown` is in that form.
void append_property_type(std::string& to, const boost::json::object& shown);

}  // namespace glimt
