// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>

namespace glimt {

// The schemas of the metadata definitions (contract 1.27, 1.28). They live as long as the program.
// Shown by append_json with json_letters::ascii; what clients send is checked with schema_error().

const boost::json::object& metadef_namespace_schema();
const boost::json::object& metadef_namespaces_schema();
const boost::json::object& metadef_object_schema();
const boost::json::object& metadef_objects_schema();
const boost::json::object& metadef_property_schema();
const boost::json::object& metadef_properties_schema();
const boost::json::object& metadef_tag_schema();
const boost::json::object& metadef_tags_schema();
const boost::json::object& metadef_resource_type_schema();
const boost::json::object& metadef_resource_types_schema();

// Those that Glance shows nobody: a property that its key names, and a list of tags to be made.
const boost::json::object& metadef_mapped_property_schema();
const boost::json::object& metadef_new_tags_schema();

}  // namespace glimt
