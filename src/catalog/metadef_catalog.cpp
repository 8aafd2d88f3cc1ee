// SPDX-License-Identifier: Apache-2.0
#include "catalog/metadef_catalog.hpp"

namespace glimt {

// Each script refers to what the function object around it owns.

task<std::optional<std::vector<listed_namespace>>> metadef_catalog::list(namespace_query query) {
    return perform(database_, sql_access::read,
                   [query = std::move(query)] { return list_namespaces(query); });
}

task<std::optional<metadef_namespace>> metadef_catalog::find(std::string name,
                                                             catalog_viewer viewer) {
    return perform(database_, sql_access::point_read,
                   [name = std::move(name), viewer = std::move(viewer)] {
                       return find_namespace(name, viewer);
                   });
}

task<metadef_contents> metadef_catalog::contents(std::int64_t namespace_id) {
    return perform(database_, sql_access::point_read,
                   [namespace_id] { return list_contents(namespace_id); });
}

task<insert_outcome> metadef_catalog::insert(metadef_namespace made, metadef_contents contents) {
    return perform(database_, sql_access::write,
                   [made = std::move(made), contents = std::move(contents)] {
                       return insert_namespace(made, contents);
                   });
}

task<save_outcome> metadef_catalog::update(metadef_namespace after) {
    return perform(database_, sql_access::write,
                   [after = std::move(after)] { return update_namespace(after); });
}

task<bool> metadef_catalog::remove(std::int64_t namespace_id) {
    return perform(database_, sql_access::write,
                   [namespace_id] { return remove_namespace(namespace_id); });
}

task<load_outcome> metadef_catalog::load(metadef_namespace made, metadef_contents contents,
                                         load_mode mode) {
    return perform(database_, sql_access::write,
                   [made = std::move(made), contents = std::move(contents), mode] {
                       return load_namespace(made, contents, mode);
                   });
}

task<std::vector<metadef_object>> metadef_catalog::objects(std::int64_t namespace_id) {
    return perform(database_, sql_access::point_read,
                   [namespace_id] { return list_objects(namespace_id); });
}

task<std::optional<metadef_object>> metadef_catalog::object(std::int64_t namespace_id,
                                                            std::string name) {
    return perform(database_, sql_access::point_read, [namespace_id, name = std::move(name)] {
        return find_object(namespace_id, name);
    });
}

task<insert_outcome> metadef_catalog::insert_object(std::int64_t namespace_id,
                                                    metadef_object made) {
    return perform(database_, sql_access::write, [namespace_id, made = std::move(made)] {
        return glimt::insert_object(namespace_id, made);
    });
}

task<save_outcome> metadef_catalog::update_object(std::int64_t namespace_id, std::string name,
                                                  metadef_object after) {
    return perform(database_, sql_access::write,
                   [namespace_id, name = std::move(name), after = std::move(after)] {
                       return glimt::update_object(namespace_id, name, after);
                   });
}

task<std::vector<metadef_property>> metadef_catalog::properties(std::int64_t namespace_id) {
    return perform(database_, sql_access::point_read,
                   [namespace_id] { return list_properties(namespace_id); });
}

task<std::optional<metadef_property>> metadef_catalog::property(std::int64_t namespace_id,
                                                                std::string name) {
    return perform(database_, sql_access::point_read, [namespace_id, name = std::move(name)] {
        return find_property(namespace_id, name);
    });
}

task<insert_outcome> metadef_catalog::insert_property(std::int64_t namespace_id,
                                                      metadef_property made) {
    return perform(database_, sql_access::write, [namespace_id, made = std::move(made)] {
        return glimt::insert_property(namespace_id, made);
    });
}

task<save_outcome> metadef_catalog::update_property(std::int64_t namespace_id, std::string name,
                                                    metadef_property after) {
    return perform(database_, sql_access::write,
                   [namespace_id, name = std::move(name), after = std::move(after)] {
                       return glimt::update_property(namespace_id, name, after);
                   });
}

task<std::vector<metadef_tag>> metadef_catalog::tags(std::int64_t namespace_id) {
    return perform(database_, sql_access::point_read,
                   [namespace_id] { return list_tags(namespace_id); });
}

task<std::optional<metadef_tag>> metadef_catalog::tag(std::int64_t namespace_id, std::string name) {
    return perform(database_, sql_access::point_read,
                   [namespace_id, name = std::move(name)] { return find_tag(namespace_id, name); });
}

task<insert_outcome> metadef_catalog::insert_tags(std::int64_t namespace_id,
                                                  std::vector<metadef_tag> made, bool replace) {
    return perform(database_, sql_access::write, [namespace_id, made = std::move(made), replace] {
        return glimt::insert_tags(namespace_id, made, replace);
    });
}

task<save_outcome> metadef_catalog::update_tag(std::int64_t namespace_id, std::string name,
                                               metadef_tag after) {
    return perform(database_, sql_access::write,
                   [namespace_id, name = std::move(name), after = std::move(after)] {
                       return glimt::update_tag(namespace_id, name, after);
                   });
}

task<bool> metadef_catalog::remove_one(metadef_kind kind, std::int64_t namespace_id,
                                       std::string name) {
    return perform(database_, sql_access::write, [kind, namespace_id, name = std::move(name)] {
        return remove_metadef(kind, namespace_id, name);
    });
}

task<std::int64_t> metadef_catalog::remove_all(metadef_kind kind, std::int64_t namespace_id) {
    return perform(database_, sql_access::write,
                   [kind, namespace_id] { return remove_all_metadefs(kind, namespace_id); });
}

task<std::vector<metadef_resource_type>> metadef_catalog::resource_types() {
    return perform(database_, sql_access::point_read, [] { return list_resource_types(); });
}

task<insert_outcome> metadef_catalog::insert_resource_type(metadef_resource_type made) {
    return perform(database_, sql_access::write,
                   [made = std::move(made)] { return glimt::insert_resource_type(made); });
}

task<std::vector<metadef_association>> metadef_catalog::associations(std::int64_t namespace_id) {
    return perform(database_, sql_access::point_read,
                   [namespace_id] { return list_associations(namespace_id); });
}

task<insert_outcome> metadef_catalog::associate(std::int64_t namespace_id,
                                                metadef_association made) {
    return perform(database_, sql_access::write, [namespace_id, made = std::move(made)] {
        return insert_association(namespace_id, made);
    });
}

task<bool> metadef_catalog::remove_association(std::int64_t namespace_id,
                                               std::string resource_type) {
    return perform(database_, sql_access::write,
                   [namespace_id, resource_type = std::move(resource_type)] {
                       return glimt::remove_association(namespace_id, resource_type);
                   });
}

}  // namespace glimt
