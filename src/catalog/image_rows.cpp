// SPDX-License-Identifier: Apache-2.0
#include "catalog/image_rows.hpp"

#include "catalog/database_time.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <unordered_map>

namespace glimt {
namespace {

[[noreturn]] void refuse(std::string_view column) {
    throw std::runtime_error("the database holds an unknown value in the column " +
                             std::string(column));
}

template <class T>
T known(std::optional<T> value, std::string_view column) {
    if (!value) refuse(column);
    return *std::move(value);
}

std::string text_of(const sql_cell& value, std::string_view column) {
    return known(text_in(value), column);
}

// Metadata that is no JSON object is as good as none, as long as the location is there.
boost::json::object metadata_of(const std::optional<std::string>& text) {
    if (!text) return {};
    boost::json::parse_options lenient;
    lenient.max_depth = 64;
    boost::json::error_code ec;
    auto value = boost::json::parse(*text, ec, {}, lenient);
    if (ec || !value.is_object()) return {};
    return std::move(value.get_object());
}

// What children_statement() asks for, as kind.
enum child : std::int64_t { property = 0, tag = 1, location = 2 };

struct numbered_row {
    std::int64_t id;
    const sql_row* row;
};

// In the order in which they were made. Sorted here, as a database would make three temporary trees
// of a page's children for it.
std::vector<numbered_row> in_order(const std::vector<sql_row>& rows) {
    std::vector<numbered_row> ordered;
    ordered.reserve(rows.size());
    for (const sql_row& row : rows) ordered.push_back({number_in(row[2]).value_or(0), &row});
    std::ranges::sort(ordered, {}, &numbered_row::id);
    return ordered;
}

void add_child(image& to, const sql_row& row) {
    auto first = text_of(row[3], "value");
    switch (number_in(row[0]).value_or(-1)) {
        case property: to.properties.push_back({std::move(first), text_in(row[4])}); return;
        case tag: to.tags.push_back(std::move(first)); return;
        case location:
            to.locations.push_back({.id = number_in(row[2]),
                                    .url = std::move(first),
                                    .metadata = metadata_of(text_in(row[4])),
                                    .status = text_in(row[5]).value_or("active")});
            return;
        default: assert(false);
    }
}

}  // namespace

timestamp time_in(const sql_cell& value) {
    const auto* text = std::get_if<std::string_view>(&value);
    return known(text ? database_time_of(*text) : std::nullopt, "created_at or updated_at");
}

image image_of(const sql_row& row) {
    assert(row.size() == 18);
    image made;
    made.id = text_of(row[0], "id");
    made.name = text_in(row[1]);
    made.status = known(image_status_of(text_of(row[2], "status")), "status");
    made.visibility = known(image_visibility_of(text_of(row[3], "visibility")), "visibility");
    made.is_protected = number_in(row[4]).value_or(0) != 0;
    made.hidden = number_in(row[5]).value_or(0) != 0;
    made.owner = text_in(row[6]);
    made.disk_format = text_in(row[7]);
    made.container_format = text_in(row[8]);
    made.min_ram_mb = number_in(row[9]).value_or(0);
    made.min_disk_gb = number_in(row[10]).value_or(0);
    made.size_bytes = number_in(row[11]);
    made.virtual_size_bytes = number_in(row[12]);
    made.checksum = text_in(row[13]);
    made.os_hash_algo = text_in(row[14]);
    made.os_hash_value = text_in(row[15]);
    made.created_at = time_in(row[16]);
    made.updated_at = text_in(row[17]) ? time_in(row[17]) : made.created_at;
    return made;
}

sql_statement children_statement(std::span<const std::string> ids) {
    sql_writer out;
    out.text(
           "SELECT 0 AS kind, image_id, id AS row_id, name AS first, value AS second, "
           "NULL AS third FROM image_properties WHERE image_id")
        .in(ids)
        .text(
            " AND NOT deleted UNION ALL SELECT 1, image_id, id, value, NULL, NULL "
            "FROM image_tags WHERE image_id")
        .in(ids)
        .text(
            " AND NOT deleted UNION ALL SELECT 2, image_id, id, value, meta_data, status "
            "FROM image_locations WHERE image_id")
        .in(ids)
        .text(" AND NOT deleted");
    return out.take();
}

void take_children(const sql_result& answer, std::span<image> images) {
    const auto children = in_order(answer.rows);
    if (images.size() == 1) {
        for (const numbered_row& each : children) add_child(images.front(), *each.row);
        return;
    }
    std::unordered_map<std::string_view, image*> by_id;
    for (image& one : images) by_id.emplace(one.id, &one);
    for (const auto& [number, row] : children) {
        const auto* id = std::get_if<std::string_view>(&(*row)[1]);
        const auto found = id ? by_id.find(*id) : by_id.end();
        if (found != by_id.end()) add_child(*found->second, *row);
    }
}

image_member member_of(const sql_row& row) {
    image_member made;
    made.image_id = text_of(row[0], "image_id");
    made.project = text_of(row[1], "member");
    made.status = known(member_status_of(text_of(row[2], "status")), "status");
    made.created_at = time_in(row[3]);
    made.updated_at = text_in(row[4]) ? time_in(row[4]) : made.created_at;
    return made;
}

void write_visible(sql_writer& out, std::string_view table, const catalog_viewer& viewer) {
    if (viewer.is_admin) {
        out.text("1 = 1");
        return;
    }
    out.text("(").text(table).text(".visibility IN ('public', 'community')");
    if (viewer.project) {
        out.text(" OR ").text(table).text(".owner = ").value(*viewer.project);
        out.text(" OR (").text(table).text(".visibility = 'shared' AND EXISTS (SELECT 1 FROM ");
        out.text("image_members WHERE image_members.image_id = ").text(table).text(".id AND ");
        out.text("image_members.member = ").value(*viewer.project);
        out.text(" AND NOT image_members.deleted))");
    }
    out.text(")");
}

}  // namespace glimt
