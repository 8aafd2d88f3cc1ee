// SPDX-License-Identifier: Apache-2.0
#include "catalog/namespace_scripts.hpp"

#include "catalog/database_time.hpp"
#include "catalog/metadef_rows.hpp"

#include <algorithm>
#include <map>

namespace glimt {
namespace {

sql_value number(bool value) { return std::int64_t{value ? 1 : 0}; }

sql_value visibility_of(const metadef_namespace& from) {
    return std::string(from.is_public ? "public" : "private");
}

void write_visible_namespace(sql_writer& out, const catalog_viewer& viewer) {
    if (viewer.is_admin) {
        out.text("1 = 1");
        return;
    }
    out.text("(visibility = 'public'");
    if (viewer.project) out.text(" OR owner = ").value(*viewer.project);
    out.text(")");
}

// NULL sorts as '' (contract 4.4).
std::string_view sort_value(namespace_order order) {
    switch (order) {
        case namespace_order::created_at: return "created_at";
        case namespace_order::updated_at: return "updated_at";
        case namespace_order::name: return "namespace";
        case namespace_order::display_name: return "COALESCE(display_name, '')";
        case namespace_order::description: return "COALESCE(description, '')";
        case namespace_order::visibility: return "COALESCE(visibility, '')";
        case namespace_order::is_protected: return "protected";
        case namespace_order::owner: return "owner";
        case namespace_order::id: return "id";
    }
    return "id";
}

sql_statement namespaces_statement(const namespace_query& query) {
    sql_writer out;
    out.text("SELECT ").text(namespace_columns).text(" FROM metadef_namespaces WHERE ");
    write_visible_namespace(out, query.viewer);
    if (query.is_public)
        out.text(" AND visibility = ").value(std::string(*query.is_public ? "public" : "private"));
    if (query.resource_types && query.resource_types->empty()) out.text(" AND 1 = 0");
    if (query.resource_types && !query.resource_types->empty()) {
        out.text(
            " AND id IN (SELECT namespace_id FROM metadef_namespace_resource_types JOIN "
            "metadef_resource_types ON metadef_resource_types.id = resource_type_id WHERE "
            "metadef_resource_types.name");
        out.in(*query.resource_types).text(")");
    }
    const std::string_view direction = query.descending ? " DESC" : "";
    out.text(" ORDER BY ").text(sort_value(query.order)).text(direction);
    out.text(", created_at").text(direction).text(", id").text(direction);
    return out.take();
}

sql_writer select_associations() {
    sql_writer out;
    out.text("SELECT ").text(association_columns);
    out.text(
        " FROM metadef_namespace_resource_types JOIN metadef_resource_types ON "
        "metadef_resource_types.id = metadef_namespace_resource_types.resource_type_id");
    return out;
}

void write_association(sql_writer& out, std::int64_t namespace_id, const std::string& type) {
    out.text(" WHERE namespace_id = ").value(namespace_id);
    out.text(" AND resource_type_id IN (SELECT id FROM metadef_resource_types WHERE name = ");
    out.value(type).text(")");
}

// The associations of every namespace of a page. There are fewer than of resource types times
// namespaces, both of which an operator defines by hand.
script<std::map<std::int64_t, std::vector<metadef_association>>> associations_by_namespace() {
    sql_writer asked = select_associations();
    const sql_result found = co_await asked.text(" ORDER BY metadef_resource_types.id").take();
    std::map<std::int64_t, std::vector<metadef_association>> all;
    for (const sql_row& row : found.rows)
        all[number_in(row[5]).value_or(0)].push_back(association_of(row));
    co_return all;
}

sql_statement insert_namespace_statement(const metadef_namespace& made) {
    sql_writer out;
    out.text(
        "INSERT INTO metadef_namespaces (namespace, display_name, description, visibility, "
        "protected, owner, created_at, updated_at) VALUES (");
    out.value(made.name).text(", ").value(sql_text(made.display_name)).text(", ");
    out.value(sql_text(made.description)).text(", ").value(visibility_of(made)).text(", ");
    out.value(number(made.is_protected)).text(", ").value(made.owner).text(", ");
    out.value(to_database_time(made.created_at)).text(", ");
    return out.value(sql_time(made.updated_at)).text(")").take();
}

sql_statement insert_resource_type_statement(const metadef_resource_type& made) {
    sql_writer out;
    out.text(
        "INSERT INTO metadef_resource_types (name, protected, created_at, updated_at) VALUES (");
    out.value(made.name).text(", ").value(number(made.is_protected));
    out.text(", ").value(to_database_time(made.created_at));
    return out.text(", ").value(sql_time(made.updated_at)).text(")").take();
}

// The id of a resource type, which is made when there is none; nothing when another process was
// faster.
script<std::optional<std::int64_t>> resource_type_id(const metadef_association& made) {
    sql_writer asked;
    asked.text("SELECT id FROM metadef_resource_types WHERE name = ").value(made.resource_type);
    const sql_result found = co_await asked.take();
    if (!found.rows.empty()) co_return number_in(found.rows.front()[0]);
    const metadef_resource_type type{made.resource_type, false, made.created_at, made.updated_at};
    const sql_result inserted = co_await insert_resource_type_statement(type);
    if (inserted.duplicate) co_return std::nullopt;
    co_return inserted.inserted_id;
}

}  // namespace

script<std::optional<std::vector<listed_namespace>>> list_namespaces(const namespace_query& query) {
    const sql_result found = co_await namespaces_statement(query);
    std::vector<listed_namespace> page;
    bool begun = !query.marker;
    for (const sql_row& row : found.rows) {
        if (page.size() == query.limit && begun) break;
        metadef_namespace one = namespace_of(row);
        if (begun)
            page.push_back({std::move(one), {}});
        else
            begun = one.name == *query.marker;
    }
    // A marker that the filters leave out is unknown here, as it has no place in the list.
    if (!begun) co_return std::nullopt;
    if (page.empty()) co_return page;
    auto associations = co_await associations_by_namespace();
    for (listed_namespace& one : page) one.associations = std::move(associations[one.value.id]);
    co_return page;
}

script<std::optional<metadef_namespace>> find_namespace(const std::string& name,
                                                        const catalog_viewer& viewer) {
    sql_writer asked;
    asked.text("SELECT ").text(namespace_columns).text(" FROM metadef_namespaces WHERE ");
    asked.text("namespace = ").value(name).text(" AND ");
    write_visible_namespace(asked, viewer);
    const sql_result found = co_await asked.take();
    if (found.rows.empty()) co_return std::nullopt;
    co_return namespace_of(found.rows.front());
}

script<metadef_contents> list_contents(std::int64_t namespace_id) {
    metadef_contents all;
    all.objects = co_await list_objects(namespace_id);
    all.properties = co_await list_properties(namespace_id);
    all.tags = co_await list_tags(namespace_id);
    all.associations = co_await list_associations(namespace_id);
    co_return all;
}

script<insert_outcome> insert_namespace(const metadef_namespace& made,
                                        const metadef_contents& contents) {
    using enum insert_outcome;
    const sql_result answer = co_await insert_namespace_statement(made);
    if (answer.duplicate) co_return duplicate;
    const std::int64_t id = answer.inserted_id;
    for (const metadef_association& one : contents.associations)
        if (co_await insert_association(id, one) == duplicate) co_return duplicate;
    for (const metadef_object& one : contents.objects)
        if (co_await insert_object(id, one) == duplicate) co_return duplicate;
    for (const metadef_property& one : contents.properties)
        if (co_await insert_property(id, one) == duplicate) co_return duplicate;
    co_return co_await insert_tags(id, contents.tags, false);
}

script<save_outcome> update_namespace(const metadef_namespace& after) {
    sql_writer asked;
    asked.text("UPDATE metadef_namespaces SET namespace = ").value(after.name);
    asked.text(", display_name = ").value(sql_text(after.display_name));
    asked.text(", description = ").value(sql_text(after.description));
    asked.text(", visibility = ").value(visibility_of(after));
    asked.text(", protected = ").value(number(after.is_protected));
    asked.text(", owner = ").value(after.owner);
    asked.text(", updated_at = ").value(sql_time(after.updated_at));
    asked.text(" WHERE id = ").value(after.id);
    const sql_result updated = co_await asked.take();
    if (updated.duplicate) co_return save_outcome::conflict;
    co_return updated.changed > 0 ? save_outcome::saved : save_outcome::gone;
}

script<bool> remove_namespace(std::int64_t namespace_id) {
    for (const auto kind : {metadef_kind::tag, metadef_kind::object, metadef_kind::property})
        co_await remove_all_metadefs(kind, namespace_id);
    sql_writer associations;
    associations.text("DELETE FROM metadef_namespace_resource_types WHERE namespace_id = ");
    co_await associations.value(namespace_id).take();
    sql_writer asked;
    asked.text("DELETE FROM metadef_namespaces WHERE id = ").value(namespace_id);
    const sql_result removed = co_await asked.take();
    co_return removed.changed > 0;
}

script<std::vector<metadef_resource_type>> list_resource_types() {
    sql_writer asked;
    asked.text("SELECT ").text(resource_type_columns);
    const sql_result found = co_await asked.text(" FROM metadef_resource_types ORDER BY id").take();
    std::vector<metadef_resource_type> all;
    all.reserve(found.rows.size());
    for (const sql_row& row : found.rows) all.push_back(resource_type_of(row));
    co_return all;
}

script<insert_outcome> insert_resource_type(const metadef_resource_type& made) {
    const sql_result inserted = co_await insert_resource_type_statement(made);
    co_return inserted.duplicate ? insert_outcome::duplicate : insert_outcome::inserted;
}

script<std::vector<metadef_association>> list_associations(std::int64_t namespace_id) {
    sql_writer asked = select_associations();
    asked.text(" WHERE metadef_namespace_resource_types.namespace_id = ").value(namespace_id);
    const sql_result found = co_await asked.text(" ORDER BY metadef_resource_types.id").take();
    std::vector<metadef_association> all;
    all.reserve(found.rows.size());
    for (const sql_row& row : found.rows) all.push_back(association_of(row));
    co_return all;
}

script<insert_outcome> insert_association(std::int64_t namespace_id,
                                          const metadef_association& made) {
    const std::optional<std::int64_t> type = co_await resource_type_id(made);
    if (!type) co_return insert_outcome::duplicate;
    sql_writer insert;
    insert.text(
        "INSERT INTO metadef_namespace_resource_types (resource_type_id, namespace_id, "
        "properties_target, prefix, created_at, updated_at) VALUES (");
    insert.value(*type).text(", ").value(namespace_id);
    insert.text(", ").value(sql_text(made.properties_target));
    insert.text(", ").value(sql_text(made.prefix));
    insert.text(", ").value(to_database_time(made.created_at));
    insert.text(", ").value(sql_time(made.updated_at)).text(")");
    const sql_result inserted = co_await insert.take();
    co_return inserted.duplicate ? insert_outcome::duplicate : insert_outcome::inserted;
}

script<save_outcome> update_association(std::int64_t namespace_id, const std::string& resource_type,
                                        const metadef_association& after) {
    sql_writer asked;
    asked.text("UPDATE metadef_namespace_resource_types SET properties_target = ");
    asked.value(sql_text(after.properties_target)).text(", prefix = ");
    asked.value(sql_text(after.prefix)).text(", updated_at = ").value(sql_time(after.updated_at));
    write_association(asked, namespace_id, resource_type);
    const sql_result updated = co_await asked.take();
    co_return updated.changed > 0 ? save_outcome::saved : save_outcome::gone;
}

script<bool> remove_association(std::int64_t namespace_id, const std::string& resource_type) {
    sql_writer asked;
    asked.text("DELETE FROM metadef_namespace_resource_types");
    write_association(asked, namespace_id, resource_type);
    const sql_result removed = co_await asked.take();
    co_return removed.changed > 0;
}

}  // namespace glimt
