// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/image_query.hpp"
#include "catalog/metadef_scripts.hpp"

// The transactions on namespaces and the resource types they are about, as scripts. What they mean
// is said in metadef_catalog.hpp; arguments outlive the run.
namespace glimt {

enum class namespace_order : std::uint8_t {
    created_at,
    updated_at,
    name,
    display_name,
    description,
    visibility,
    is_protected,
    owner,
    id,
};

// One page of namespaces.
struct namespace_query {
    catalog_viewer viewer;
    std::optional<bool> is_public;
    std::optional<std::vector<std::string>> resource_types;  // associated with any of these
    namespace_order order = namespace_order::created_at;
    bool descending = true;
    std::optional<std::string> marker;  // the name of the namespace before the page
    std::size_t limit = 25;
};

script<std::optional<std::vector<listed_namespace>>> list_namespaces(const namespace_query& query);
script<std::optional<metadef_namespace>> find_namespace(const std::string& name,
                                                        const catalog_viewer& viewer);
script<metadef_contents> list_contents(std::int64_t namespace_id);
script<insert_outcome> insert_namespace(const metadef_namespace& made,
                                        const metadef_contents& contents);
script<save_outcome> update_namespace(const metadef_namespace& after);
script<bool> remove_namespace(std::int64_t namespace_id);

script<std::vector<metadef_resource_type>> list_resource_types();
script<insert_outcome> insert_resource_type(const metadef_resource_type& made);
script<std::vector<metadef_association>> list_associations(std::int64_t namespace_id);
script<insert_outcome> insert_association(std::int64_t namespace_id,
                                          const metadef_association& made);
script<save_outcome> update_association(std::int64_t namespace_id, const std::string& resource_type,
                                        const metadef_association& after);
script<bool> remove_association(std::int64_t namespace_id, const std::string& resource_type);

}  // namespace glimt
