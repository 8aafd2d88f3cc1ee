// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/sql.hpp"
#include "image/metadef.hpp"

#include <optional>
#include <string_view>

// Rows of the metadef tables as values (contract 4.2). Each function reads the columns that the
// text beside it names. All throw std::runtime_error for what Glance could not have written.
namespace glimt {

// NULL for nothing.
sql_value sql_time(const std::optional<timestamp>& when);

inline constexpr std::string_view namespace_columns =
    "id, namespace, display_name, description, visibility, protected, owner, created_at, "
    "updated_at";
metadef_namespace namespace_of(const sql_row& row);

inline constexpr std::string_view object_columns =
    "name, created_at, updated_at, description, required, json_schema";
metadef_object object_of(const sql_row& row);

inline constexpr std::string_view property_columns = "name, created_at, updated_at, json_schema";
metadef_property property_of(const sql_row& row);

inline constexpr std::string_view tag_columns = "name, created_at, updated_at";
metadef_tag tag_of(const sql_row& row);

inline constexpr std::string_view association_columns =
    "metadef_resource_types.name, metadef_namespace_resource_types.created_at, "
    "metadef_namespace_resource_types.updated_at, "
    "metadef_namespace_resource_types.properties_target, "
    "metadef_namespace_resource_types.prefix, metadef_namespace_resource_types.namespace_id";
metadef_association association_of(const sql_row& row);

inline constexpr std::string_view resource_type_columns = "name, created_at, updated_at, protected";
metadef_resource_type resource_type_of(const sql_row& row);

}  // namespace glimt
