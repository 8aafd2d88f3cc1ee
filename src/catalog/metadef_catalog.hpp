// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/load_scripts.hpp"
#include "catalog/namespace_scripts.hpp"
#include "catalog/sql_database.hpp"
#include "image/metadef.hpp"

#include <optional>
#include <string>
#include <vector>

namespace glimt {

// The metadata definitions in Glance's tables (contract 1.27), whatever database keeps them. As
// catalog.hpp says of images: one instance for each shard, every function one transaction, what has
// to be expected a value. Nothing is soft-deleted here.
//
// Whatever is below a namespace is asked for by its id, which find() has given to whom it may be
// seen by.
class metadef_catalog {
public:
    explicit metadef_catalog(sql_database& database) noexcept : database_(database) {}

    // Namespaces that the viewer sees: public ones and those of its project. Nothing when the
    // marker is none of the list.
    task<std::optional<std::vector<listed_namespace>>> list(namespace_query query);
    task<std::optional<metadef_namespace>> find(std::string name, catalog_viewer viewer);
    task<metadef_contents> contents(std::int64_t namespace_id);

    // A namespace with everything in it; `duplicate` says it of the namespace or of a part.
    task<insert_outcome> insert(metadef_namespace made, metadef_contents contents);
    // All but created_at of the row with that id. conflict: another one has the name.
    task<save_outcome> update(metadef_namespace after);
    // With everything in it. Whether it was there.
    task<bool> remove(std::int64_t namespace_id);

    // What a file says of a namespace, see load_scripts.hpp.
    task<load_outcome> load(metadef_namespace made, metadef_contents contents, load_mode mode);

    // An update is asked for by the name before it, which it may change: conflict when that is
    // taken, gone when there is nothing of the name.
    task<std::vector<metadef_object>> objects(std::int64_t namespace_id);
    task<std::optional<metadef_object>> object(std::int64_t namespace_id, std::string name);
    task<insert_outcome> insert_object(std::int64_t namespace_id, metadef_object made);
    task<save_outcome> update_object(std::int64_t namespace_id, std::string name,
                                     metadef_object after);

    task<std::vector<metadef_property>> properties(std::int64_t namespace_id);
    task<std::optional<metadef_property>> property(std::int64_t namespace_id, std::string name);
    task<insert_outcome> insert_property(std::int64_t namespace_id, metadef_property made);
    task<save_outcome> update_property(std::int64_t namespace_id, std::string name,
                                       metadef_property after);

    task<std::vector<metadef_tag>> tags(std::int64_t namespace_id);
    task<std::optional<metadef_tag>> tag(std::int64_t namespace_id, std::string name);
    // Beside those that are there, or instead of them; none of them when one is a duplicate.
    task<insert_outcome> insert_tags(std::int64_t namespace_id, std::vector<metadef_tag> made,
                                     bool replace);
    task<save_outcome> update_tag(std::int64_t namespace_id, std::string name, metadef_tag after);

    task<bool> remove_one(metadef_kind kind, std::int64_t namespace_id, std::string name);
    task<std::int64_t> remove_all(metadef_kind kind, std::int64_t namespace_id);

    // Types belong to no namespace; associating a namespace with one makes it.
    task<std::vector<metadef_resource_type>> resource_types();
    task<insert_outcome> insert_resource_type(metadef_resource_type made);
    task<std::vector<metadef_association>> associations(std::int64_t namespace_id);
    task<insert_outcome> associate(std::int64_t namespace_id, metadef_association made);
    task<bool> remove_association(std::int64_t namespace_id, std::string resource_type);

private:
    sql_database& database_;
};

}  // namespace glimt
