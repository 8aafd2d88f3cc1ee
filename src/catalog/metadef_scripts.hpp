// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/image_scripts.hpp"
#include "catalog/sql_script.hpp"
#include "image/metadef.hpp"

#include <string>

// The transactions on what is in a namespace, as scripts. What they mean is said in
// metadef_catalog.hpp; arguments outlive the run.
namespace glimt {

// What has a name within a namespace.
enum class metadef_kind : std::uint8_t { object, property, tag };

script<std::vector<metadef_object>> list_objects(std::int64_t namespace_id);
script<std::vector<metadef_property>> list_properties(std::int64_t namespace_id);
script<std::vector<metadef_tag>> list_tags(std::int64_t namespace_id);

script<std::optional<metadef_object>> find_object(std::int64_t namespace_id,
                                                  const std::string& name);
script<std::optional<metadef_property>> find_property(std::int64_t namespace_id,
                                                      const std::string& name);
script<std::optional<metadef_tag>> find_tag(std::int64_t namespace_id, const std::string& name);

script<insert_outcome> insert_object(std::int64_t namespace_id, const metadef_object& made);
script<insert_outcome> insert_property(std::int64_t namespace_id, const metadef_property& made);
script<insert_outcome> insert_tags(std::int64_t namespace_id, const std::vector<metadef_tag>& made,
                                   bool replace);

script<save_outcome> update_object(std::int64_t namespace_id, const std::string& name,
                                   const metadef_object& after);
script<save_outcome> update_property(std::int64_t namespace_id, const std::string& name,
                                     const metadef_property& after);
script<save_outcome> update_tag(std::int64_t namespace_id, const std::string& name,
                                const metadef_tag& after);

script<bool> remove_metadef(metadef_kind kind, std::int64_t namespace_id, const std::string& name);
script<std::int64_t> remove_all_metadefs(metadef_kind kind, std::int64_t namespace_id);

}  // namespace glimt
