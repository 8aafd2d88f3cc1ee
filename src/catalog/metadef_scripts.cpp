// SPDX-License-Identifier: Apache-2.0
#include "catalog/metadef_scripts.hpp"

#include "catalog/database_time.hpp"
#include "catalog/metadef_rows.hpp"
#include "catalog/python_json.hpp"

#include <fmt/ranges.h>

namespace glimt {
namespace {

namespace json = boost::json;

std::string_view table_of(metadef_kind kind) {
    switch (kind) {
        case metadef_kind::object: return "metadef_objects";
        case metadef_kind::property: return "metadef_properties";
        case metadef_kind::tag: return "metadef_tags";
    }
    return {};
}

std::string_view columns_of(metadef_kind kind) {
    switch (kind) {
        case metadef_kind::object: return object_columns;
        case metadef_kind::property: return property_columns;
        case metadef_kind::tag: return tag_columns;
    }
    return {};
}

sql_writer select_from(metadef_kind kind, std::int64_t namespace_id) {
    sql_writer out;
    out.text("SELECT ").text(columns_of(kind)).text(" FROM ").text(table_of(kind));
    out.text(" WHERE namespace_id = ").value(namespace_id);
    return out;
}

// One cell of a row that is written.
struct metadef_cell {
    std::string_view column;
    sql_value value;
};

// "a,b"; NULL for none.
sql_value required_text(const metadef_object& of) {
    if (!of.required || of.required->empty()) return {};
    return fmt::format("{}", fmt::join(*of.required, ","));
}

std::vector<metadef_cell> cells_of(const metadef_object& from) {
    return {{"name", from.name},
            {"description", sql_text(from.description)},
            {"required", required_text(from)},
            {"json_schema", python_json(from.properties.value_or(json::object()))},
            {"updated_at", sql_time(from.updated_at)}};
}

std::vector<metadef_cell> cells_of(const metadef_property& from) {
    return {{"name", from.name},
            {"json_schema", python_json(from.schema)},
            {"updated_at", sql_time(from.updated_at)}};
}

std::vector<metadef_cell> cells_of(const metadef_tag& from) {
    return {{"name", from.name}, {"updated_at", sql_time(from.updated_at)}};
}

template <class Made>
sql_statement insert_statement(metadef_kind kind, std::int64_t namespace_id, const Made& made) {
    const auto cells = cells_of(made);
    sql_writer out;
    out.text("INSERT INTO ").text(table_of(kind)).text(" (namespace_id, created_at");
    for (const metadef_cell& cell : cells) out.text(", ").text(cell.column);
    out.text(") VALUES (").value(namespace_id);
    out.text(", ").value(to_database_time(made.created_at));
    for (const metadef_cell& cell : cells) out.text(", ").value(cell.value);
    return out.text(")").take();
}

// Under the name it has had; `after` may have another. created_at stays.
template <class Made>
sql_statement update_statement(metadef_kind kind, std::int64_t namespace_id,
                               const std::string& name, const Made& after) {
    sql_writer out;
    out.text("UPDATE ").text(table_of(kind)).text(" SET ");
    std::string_view comma;
    for (const metadef_cell& cell : cells_of(after)) {
        out.text(comma).text(cell.column).text(" = ").value(cell.value);
        comma = ", ";
    }
    out.text(" WHERE namespace_id = ").value(namespace_id);
    return out.text(" AND name = ").value(name).take();
}

save_outcome outcome_of(const sql_result& updated) {
    if (updated.duplicate) return save_outcome::conflict;
    return updated.changed > 0 ? save_outcome::saved : save_outcome::gone;
}

insert_outcome inserted(const sql_result& answer) {
    return answer.duplicate ? insert_outcome::duplicate : insert_outcome::inserted;
}

template <class Made>
std::vector<Made> all_of(const sql_result& found, Made (*make)(const sql_row&)) {
    std::vector<Made> all;
    all.reserve(found.rows.size());
    for (const sql_row& row : found.rows) all.push_back(make(row));
    return all;
}

template <class Made>
std::optional<Made> first_of(const sql_result& found, Made (*make)(const sql_row&)) {
    if (found.rows.empty()) return std::nullopt;
    return make(found.rows.front());
}

sql_statement by_name(metadef_kind kind, std::int64_t namespace_id, const std::string& name) {
    sql_writer out = select_from(kind, namespace_id);
    return out.text(" AND name = ").value(name).take();
}

}  // namespace

script<std::vector<metadef_object>> list_objects(std::int64_t namespace_id) {
    sql_writer asked = select_from(metadef_kind::object, namespace_id);
    const sql_result found = co_await asked.text(" ORDER BY id").take();
    co_return all_of(found, &object_of);
}

script<std::vector<metadef_property>> list_properties(std::int64_t namespace_id) {
    sql_writer asked = select_from(metadef_kind::property, namespace_id);
    const sql_result found = co_await asked.text(" ORDER BY id").take();
    co_return all_of(found, &property_of);
}

script<std::vector<metadef_tag>> list_tags(std::int64_t namespace_id) {
    sql_writer asked = select_from(metadef_kind::tag, namespace_id);
    const sql_result found = co_await asked.text(" ORDER BY created_at DESC, id DESC").take();
    co_return all_of(found, &tag_of);
}

script<std::optional<metadef_object>> find_object(std::int64_t namespace_id,
                                                  const std::string& name) {
    const sql_result found = co_await by_name(metadef_kind::object, namespace_id, name);
    co_return first_of(found, &object_of);
}

script<std::optional<metadef_property>> find_property(std::int64_t namespace_id,
                                                      const std::string& name) {
    const sql_result found = co_await by_name(metadef_kind::property, namespace_id, name);
    co_return first_of(found, &property_of);
}

script<std::optional<metadef_tag>> find_tag(std::int64_t namespace_id, const std::string& name) {
    const sql_result found = co_await by_name(metadef_kind::tag, namespace_id, name);
    co_return first_of(found, &tag_of);
}

script<insert_outcome> insert_object(std::int64_t namespace_id, const metadef_object& made) {
    const sql_result answer = co_await insert_statement(metadef_kind::object, namespace_id, made);
    co_return inserted(answer);
}

script<insert_outcome> insert_property(std::int64_t namespace_id, const metadef_property& made) {
    const sql_result answer = co_await insert_statement(metadef_kind::property, namespace_id, made);
    co_return inserted(answer);
}

script<insert_outcome> insert_tags(std::int64_t namespace_id, const std::vector<metadef_tag>& made,
                                   bool replace) {
    if (replace) co_await remove_all_metadefs(metadef_kind::tag, namespace_id);
    for (const metadef_tag& tag : made) {
        const sql_result answer = co_await insert_statement(metadef_kind::tag, namespace_id, tag);
        if (answer.duplicate) co_return insert_outcome::duplicate;
    }
    co_return insert_outcome::inserted;
}

script<save_outcome> update_object(std::int64_t namespace_id, const std::string& name,
                                   const metadef_object& after) {
    const sql_result updated =
        co_await update_statement(metadef_kind::object, namespace_id, name, after);
    co_return outcome_of(updated);
}

script<save_outcome> update_property(std::int64_t namespace_id, const std::string& name,
                                     const metadef_property& after) {
    const sql_result updated =
        co_await update_statement(metadef_kind::property, namespace_id, name, after);
    co_return outcome_of(updated);
}

script<save_outcome> update_tag(std::int64_t namespace_id, const std::string& name,
                                const metadef_tag& after) {
    const sql_result updated =
        co_await update_statement(metadef_kind::tag, namespace_id, name, after);
    co_return outcome_of(updated);
}

script<bool> remove_metadef(metadef_kind kind, std::int64_t namespace_id, const std::string& name) {
    sql_writer asked;
    asked.text("DELETE FROM ").text(table_of(kind)).text(" WHERE namespace_id = ");
    asked.value(namespace_id).text(" AND name = ").value(name);
    const sql_result removed = co_await asked.take();
    co_return removed.changed > 0;
}

script<std::int64_t> remove_all_metadefs(metadef_kind kind, std::int64_t namespace_id) {
    sql_writer asked;
    asked.text("DELETE FROM ").text(table_of(kind)).text(" WHERE namespace_id = ");
    const sql_result removed = co_await asked.value(namespace_id).take();
    co_return removed.changed;
}

}  // namespace glimt
