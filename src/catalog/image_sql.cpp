// SPDX-License-Identifier: Apache-2.0
#include "catalog/image_sql.hpp"

#include "catalog/database_time.hpp"
#include "catalog/image_rows.hpp"
#include "catalog/python_json.hpp"

namespace glimt {
namespace {

sql_value number(bool value) { return std::int64_t{value ? 1 : 0}; }

// "deleted = true, deleted_at, updated_at" in a SET. Booleans are bound, as PostgreSQL has no 1.
void write_deleted(sql_writer& out, timestamp now) {
    const std::string when = to_database_time(now);
    out.text("deleted = ").value(number(true)).text(", deleted_at = ").value(when);
    out.text(", updated_at = ").value(when);
}

sql_value deleted_at(const image_location& location, timestamp now) {
    if (is_live(location)) return std::monostate();
    return to_database_time(now);
}

// What the columns of images hold that both INSERT and UPDATE write, in one order, but the times.
struct image_cell {
    std::string_view column;
    sql_value value;
};

std::vector<image_cell> cells_of(const image& from) {
    return {{"name", sql_text(from.name)},
            {"status", std::string(to_string(from.status))},
            {"visibility", std::string(to_string(from.visibility))},
            {"protected", number(from.is_protected)},
            {"os_hidden", number(from.hidden)},
            {"owner", sql_text(from.owner)},
            {"disk_format", sql_text(from.disk_format)},
            {"container_format", sql_text(from.container_format)},
            {"min_ram", from.min_ram_mb},
            {"min_disk", from.min_disk_gb},
            {"size", sql_number(from.size_bytes)},
            {"virtual_size", sql_number(from.virtual_size_bytes)},
            {"checksum", sql_text(from.checksum)},
            {"os_hash_algo", sql_text(from.os_hash_algo)},
            {"os_hash_value", sql_text(from.os_hash_value)}};
}

bool is_format(std::string_view column) {
    return column == "disk_format" || column == "container_format";
}

}  // namespace

bool is_live(const image_location& location) {
    return location.status != "deleted" && location.status != "pending_delete";
}

sql_statement live_locations_statement(const std::string& image_id) {
    sql_writer out;
    out.text("SELECT id FROM image_locations WHERE image_id = ").value(image_id);
    return out.text(" AND NOT deleted").take();
}

sql_statement find_statement(const std::string& id, const catalog_viewer& viewer) {
    sql_writer out;
    out.text("SELECT ").text(image_columns).text(" FROM images WHERE images.id = ").value(id);
    // What nobody owns is found by everybody who knows its id, but listed for admins only.
    out.text(" AND NOT images.deleted AND (images.owner IS NULL OR ");
    write_visible(out, "images", viewer);
    out.text(")");
    return out.take();
}

sql_statement insert_image_statement(const image& made) {
    auto cells = cells_of(made);
    cells.push_back({"id", made.id});
    cells.push_back({"created_at", to_database_time(made.created_at)});
    cells.push_back({"updated_at", to_database_time(made.updated_at)});
    cells.push_back({"deleted", number(false)});
    sql_writer out;
    out.text("INSERT INTO images (");
    for (std::size_t i = 0; i < cells.size(); ++i)
        out.text(i > 0 ? ", " : "").text(cells[i].column);
    out.text(") VALUES (");
    for (std::size_t i = 0; i < cells.size(); ++i)
        out.text(i > 0 ? ", " : "").value(std::move(cells[i].value));
    return out.text(")").take();
}

sql_statement update_image_statement(const image& before, const image& after,
                                     image_status expected) {
    const bool moves = before.status != after.status;
    const auto had = cells_of(before);
    auto cells = cells_of(after);
    sql_writer out;
    out.text("UPDATE images SET updated_at = ").value(to_database_time(after.updated_at));
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (cells[i].value != had[i].value || (moves && is_format(cells[i].column)))
            out.text(", ").text(cells[i].column).text(" = ").value(std::move(cells[i].value));
    out.text(" WHERE id = ").value(after.id);
    out.text(" AND status = ").value(std::string(to_string(expected)));
    return out.text(" AND NOT deleted").take();
}

sql_statement insert_property_statement(const std::string& image_id, const image_property& property,
                                        timestamp now) {
    sql_writer out;
    out.text(
        "INSERT INTO image_properties (image_id, name, value, created_at, updated_at, deleted)"
        " VALUES (");
    out.value(image_id).text(", ").value(property.name).text(", ").value(sql_text(property.value));
    out.text(", ").value(to_database_time(now)).text(", ").value(to_database_time(now));
    return out.text(", ").value(number(false)).text(")").take();
}

sql_statement update_property_statement(const std::string& image_id, const image_property& property,
                                        timestamp now) {
    sql_writer out;
    out.text("UPDATE image_properties SET value = ").value(sql_text(property.value));
    out.text(", deleted = ").value(number(false)).text(", deleted_at = NULL, updated_at = ");
    out.value(to_database_time(now)).text(" WHERE image_id = ").value(image_id);
    return out.text(" AND name = ").value(property.name).take();
}

sql_statement delete_property_statement(const std::string& image_id, const std::string& name,
                                        timestamp now) {
    sql_writer out;
    out.text("UPDATE image_properties SET ");
    write_deleted(out, now);
    out.text(" WHERE image_id = ").value(image_id).text(" AND name = ").value(name);
    return out.text(" AND NOT deleted").take();
}

sql_statement insert_tag_statement(const std::string& image_id, const std::string& tag,
                                   timestamp now) {
    sql_writer out;
    out.text("INSERT INTO image_tags (image_id, value, created_at, updated_at, deleted) VALUES (");
    out.value(image_id).text(", ").value(tag).text(", ").value(to_database_time(now));
    out.text(", ").value(to_database_time(now)).text(", ").value(number(false));
    return out.text(")").take();
}

sql_statement delete_tag_statement(const std::string& image_id, const std::string& tag,
                                   timestamp now) {
    sql_writer out;
    out.text("UPDATE image_tags SET ");
    write_deleted(out, now);
    out.text(" WHERE image_id = ").value(image_id).text(" AND value = ").value(tag);
    return out.text(" AND NOT deleted").take();
}

sql_statement insert_location_statement(const std::string& image_id, const image_location& location,
                                        timestamp now) {
    sql_writer out;
    out.text(
        "INSERT INTO image_locations (image_id, value, meta_data, status, created_at, "
        "updated_at, deleted_at, deleted) VALUES (");
    out.value(image_id).text(", ").value(location.url).text(", ");
    out.value(python_json(location.metadata)).text(", ").value(location.status).text(", ");
    out.value(to_database_time(now)).text(", ").value(to_database_time(now)).text(", ");
    out.value(deleted_at(location, now)).text(", ").value(number(!is_live(location)));
    return out.text(")").take();
}

sql_statement update_location_statement(const std::string& image_id, const image_location& location,
                                        timestamp now) {
    sql_writer out;
    out.text("UPDATE image_locations SET value = ").value(location.url);
    out.text(", meta_data = ").value(python_json(location.metadata));
    out.text(", status = ").value(location.status);
    out.text(", deleted = ").value(number(!is_live(location)));
    out.text(", deleted_at = ").value(deleted_at(location, now));
    out.text(", updated_at = ").value(to_database_time(now));
    out.text(" WHERE id = ").value(sql_number(location.id));
    return out.text(" AND image_id = ").value(image_id).text(" AND NOT deleted").take();
}

sql_statement delete_location_statement(const std::string& image_id, std::int64_t location_id,
                                        std::string_view status, timestamp now) {
    sql_writer out;
    out.text("UPDATE image_locations SET ");
    write_deleted(out, now);
    out.text(", status = ").value(std::string(status)).text(" WHERE id = ").value(location_id);
    return out.text(" AND image_id = ").value(image_id).text(" AND NOT deleted").take();
}

sql_statement delete_image_statement(const std::string& id, image_status expected,
                                     image_status status, timestamp now) {
    sql_writer out;
    out.text("UPDATE images SET ");
    write_deleted(out, now);
    out.text(", status = ").value(std::string(to_string(status)));
    out.text(" WHERE id = ").value(id).text(" AND status = ");
    return out.value(std::string(to_string(expected))).text(" AND NOT deleted").take();
}

sql_statement delete_children_statement(std::string_view table, const std::string& image_id,
                                        timestamp now) {
    sql_writer out;
    out.text("UPDATE ").text(table).text(" SET ");
    write_deleted(out, now);
    return out.text(" WHERE image_id = ").value(image_id).text(" AND NOT deleted").take();
}

sql_statement delete_locations_statement(const std::string& image_id, std::string_view status,
                                         timestamp now) {
    sql_writer out;
    out.text("UPDATE image_locations SET ");
    write_deleted(out, now);
    out.text(", status = ").value(std::string(status));
    return out.text(" WHERE image_id = ").value(image_id).text(" AND NOT deleted").take();
}

}  // namespace glimt
