// SPDX-License-Identifier: Apache-2.0
#include "catalog/member_scripts.hpp"

#include "catalog/database_time.hpp"
#include "catalog/image_rows.hpp"

namespace glimt {
namespace {

sql_value number(bool value) { return std::int64_t{value ? 1 : 0}; }

// The live members of an image: all to its owner and to admins, to others their own.
sql_writer members_statement(const std::string& image_id, const catalog_viewer& viewer) {
    sql_writer out;
    out.text("SELECT ").text(member_columns).text(" FROM image_members");
    if (!viewer.is_admin) out.text(" JOIN images ON images.id = image_members.image_id");
    out.text(" WHERE image_members.image_id = ").value(image_id);
    out.text(" AND NOT image_members.deleted");
    if (viewer.is_admin) return out;
    out.text(" AND (images.owner = ").value(sql_text(viewer.project));
    out.text(" OR image_members.member = ").value(sql_text(viewer.project)).text(")");
    return out;
}

sql_statement insert_member_statement(const image_member& made) {
    sql_writer out;
    out.text(
        "INSERT INTO image_members (image_id, member, can_share, status, created_at, "
        "updated_at, deleted) VALUES (");
    out.value(made.image_id).text(", ").value(made.project).text(", ").value(number(false));
    out.text(", ").value(std::string(to_string(made.status)));
    out.text(", ").value(to_database_time(made.created_at));
    out.text(", ").value(to_database_time(made.updated_at));
    return out.text(", ").value(number(false)).text(")").take();
}

// The rows of a project, the live one first, then the one that was deleted last.
sql_statement member_rows_statement(const image_member& made) {
    sql_writer out;
    out.text("SELECT id, deleted, created_at FROM image_members WHERE image_id = ");
    out.value(made.image_id).text(" AND member = ").value(made.project);
    return out.text(" ORDER BY deleted, deleted_at DESC LIMIT 1").take();
}

sql_statement revive_member_statement(std::int64_t id, const image_member& made) {
    sql_writer out;
    out.text("UPDATE image_members SET status = ").value(std::string(to_string(made.status)));
    out.text(", can_share = ").value(number(false)).text(", deleted = ").value(number(false));
    out.text(", deleted_at = NULL, updated_at = ").value(to_database_time(made.updated_at));
    return out.text(" WHERE id = ").value(id).take();
}

// An upload, an import, or a copy into further stores that is under way.
constexpr std::string_view is_copying =
    "EXISTS (SELECT 1 FROM image_properties WHERE image_properties.image_id = images.id AND "
    "image_properties.name = 'os_glance_importing_to_stores' AND image_properties.value <> '' AND "
    "NOT image_properties.deleted)";

constexpr std::string_view is_kept =
    " AND images.status NOT IN ('killed', 'pending_delete', "
    "'deleted')";

sql_statement counts_statement(const std::string& project) {
    sql_writer out;
    out.text(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN images.status IN ('saving', 'uploading', "
        "'importing') OR ");
    out.text(is_copying)
        .text(
            " THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN images.status IN ("
            "'uploading', 'importing') OR ");
    out.text(is_copying)
        .text(" THEN images.size ELSE 0 END), 0) FROM images WHERE images.owner = ");
    return out.value(project).text(is_kept).take();
}

sql_statement stored_statement(const std::string& project) {
    sql_writer out;
    out.text(
        "SELECT COALESCE(SUM(images.size), 0) FROM images JOIN image_locations ON "
        "image_locations.image_id = images.id WHERE images.owner = ");
    return out.value(project).text(is_kept).text(" AND NOT image_locations.deleted").take();
}

}  // namespace

script<std::vector<image_member>> list_members(const std::string& image_id,
                                               const catalog_viewer& viewer) {
    sql_writer asked = members_statement(image_id, viewer);
    const sql_result found = co_await asked.text(" ORDER BY image_members.id").take();
    std::vector<image_member> members;
    for (const sql_row& row : found.rows) members.push_back(member_of(row));
    co_return members;
}

script<std::optional<image_member>> find_member(const std::string& image_id,
                                                const std::string& project,
                                                const catalog_viewer& viewer) {
    sql_writer asked = members_statement(image_id, viewer);
    const sql_result found =
        co_await asked.text(" AND image_members.member = ").value(project).take();
    if (found.rows.empty()) co_return std::nullopt;
    co_return member_of(found.rows.front());
}

script<std::int64_t> count_members(const std::string& image_id) {
    sql_writer asked;
    asked.text("SELECT COUNT(*) FROM image_members WHERE image_id = ").value(image_id);
    const sql_result found = co_await asked.text(" AND NOT deleted").take();
    co_return number_in(found.rows.front()[0]).value_or(0);
}

script<std::optional<image_member>> add_member(const image_member& made) {
    const sql_result rows = co_await member_rows_statement(made);
    if (rows.rows.empty()) {
        const sql_result inserted = co_await insert_member_statement(made);
        if (inserted.duplicate) co_return std::nullopt;
        co_return made;
    }
    const sql_row& row = rows.rows.front();
    if (number_in(row[1]).value_or(0) == 0) co_return std::nullopt;
    image_member revived = made;
    revived.created_at = time_in(row[2]);
    co_await revive_member_statement(number_in(row[0]).value_or(0), made);
    co_return revived;
}

script<bool> update_member(const image_member& changed) {
    sql_writer asked;
    asked.text("UPDATE image_members SET status = ").value(std::string(to_string(changed.status)));
    asked.text(", updated_at = ").value(to_database_time(changed.updated_at));
    asked.text(" WHERE image_id = ").value(changed.image_id);
    asked.text(" AND member = ").value(changed.project);
    const sql_result updated = co_await asked.text(" AND NOT deleted").take();
    co_return updated.changed > 0;
}

script<bool> remove_member(const std::string& image_id, const std::string& project, timestamp now) {
    sql_writer asked;
    const std::string when = to_database_time(now);
    asked.text("UPDATE image_members SET deleted = ").value(number(true));
    asked.text(", deleted_at = ").value(when).text(", updated_at = ").value(when);
    asked.text(" WHERE image_id = ").value(image_id).text(" AND member = ").value(project);
    const sql_result updated = co_await asked.text(" AND NOT deleted").take();
    co_return updated.changed > 0;
}

script<image_usage> sum_usage(const std::string& project) {
    const sql_result counts = co_await counts_statement(project);
    const sql_result stored = co_await stored_statement(project);
    const sql_row& row = counts.rows.front();
    co_return image_usage{.images = number_in(row[0]).value_or(0),
                          .uploading = number_in(row[1]).value_or(0),
                          .stored_bytes = number_in(stored.rows.front()[0]).value_or(0),
                          .staged_bytes = number_in(row[2]).value_or(0)};
}

}  // namespace glimt
