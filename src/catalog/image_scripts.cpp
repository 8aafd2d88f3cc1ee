// SPDX-License-Identifier: Apache-2.0
#include "catalog/image_scripts.hpp"

#include "catalog/image_rows.hpp"
#include "catalog/image_sql.hpp"
#include "catalog/list_sql.hpp"

#include <algorithm>

namespace glimt {
namespace {

// Scripts say something; these have nothing to say.
struct nothing {};

// Fills in properties, tags and locations.
script<nothing> add_children(std::vector<image>& images) {
    std::vector<std::string> ids;
    ids.reserve(images.size());
    for (const image& one : images) ids.push_back(one.id);
    const sql_result answer = co_await children_statement(ids);
    take_children(answer, images);
    co_return nothing();
}

const image_property* property_named(const image& in, std::string_view name) {
    const auto found = std::ranges::find(in.properties, name, &image_property::name);
    return found == in.properties.end() ? nullptr : &*found;
}

const image_location* location_numbered(const image& in, std::int64_t id) {
    const auto found = std::ranges::find(in.locations, std::optional(id), &image_location::id);
    return found == in.locations.end() ? nullptr : &*found;
}

bool is_same(const image_location& a, const image_location& b) {
    return a.url == b.url && a.status == b.status && a.metadata == b.metadata;
}

// What differs between the two images is written, and nothing else: what another process changed
// meanwhile, such as a lock among the properties, stays.
script<nothing> save_properties(const image& before, const image& after) {
    for (const image_property& wanted : after.properties) {
        const image_property* had = property_named(before, wanted.name);
        if (had && had->value == wanted.value) continue;
        const sql_result updated =
            co_await update_property_statement(after.id, wanted, after.updated_at);
        if (updated.changed == 0)
            co_await insert_property_statement(after.id, wanted, after.updated_at);
    }
    for (const image_property& had : before.properties)
        if (!property_named(after, had.name))
            co_await delete_property_statement(after.id, had.name, after.updated_at);
    co_return nothing();
}

script<nothing> save_tags(const image& before, const image& after) {
    for (const std::string& wanted : after.tags) {
        if (std::ranges::find(before.tags, wanted) != before.tags.end()) continue;
        // No unique key protects tags: another process may have added it since we looked.
        co_await delete_tag_statement(after.id, wanted, after.updated_at);
        co_await insert_tag_statement(after.id, wanted, after.updated_at);
    }
    for (const std::string& had : before.tags)
        if (std::ranges::find(after.tags, had) == after.tags.end())
            co_await delete_tag_statement(after.id, had, after.updated_at);
    co_return nothing();
}

script<nothing> save_locations(const image& before, image& after) {
    for (image_location& wanted : after.locations) {
        if (!wanted.id) {
            const sql_result inserted =
                co_await insert_location_statement(after.id, wanted, after.updated_at);
            wanted.id = inserted.inserted_id;
            continue;
        }
        const image_location* had = location_numbered(before, *wanted.id);
        if (!had || !is_same(*had, wanted))
            co_await update_location_statement(after.id, wanted, after.updated_at);
    }
    for (const image_location& had : before.locations)
        if (had.id && !location_numbered(after, *had.id))
            co_await delete_location_statement(after.id, *had.id, "deleted", after.updated_at);
    co_return nothing();
}

bool lets_go_of_a_location(const image& before, const image& after) {
    return std::ranges::any_of(before.locations, [&](const image_location& had) {
        const auto* kept = had.id ? location_numbered(after, *had.id) : nullptr;
        return had.id && (!kept || !is_live(*kept));
    });
}

// Whether the image has the locations that `before` says: two who remove one each, knowing of the
// other's, would leave none.
script<bool> has_locations_of(const image& before) {
    const sql_result found = co_await live_locations_statement(before.id);
    for (const sql_row& row : found.rows)
        if (!location_numbered(before, number_in(row[0]).value_or(0))) co_return false;
    co_return found.rows.size() == before.locations.size();
}

// Why a compare-and-set found no row.
script<save_outcome> why_not_changed(const std::string& id) {
    const catalog_viewer everyone{.project = {}, .is_admin = true};
    const sql_result found = co_await is_visible_statement(id, everyone);
    co_return found.rows.empty() ? save_outcome::gone : save_outcome::conflict;
}

}  // namespace

script<std::optional<image>> find_image(const std::string& id, const catalog_viewer& viewer) {
    const sql_result found = co_await find_statement(id, viewer);
    if (found.rows.empty()) co_return std::nullopt;
    std::vector<image> one{image_of(found.rows.front())};
    co_await add_children(one);
    co_return std::move(one.front());
}

script<std::optional<image_page>> list_images(const image_query& query) {
    image_page page;
    sql_result found;
    if (query.limit > 0) {
        const list_plan plan = first_plan(query);
        found = co_await page_statement(query, plan);
        if (plan != list_plan::anywhere && found.rows.size() < query.limit)
            found = co_await page_statement(query, list_plan::anywhere);
    }
    if (found.rows.empty()) {
        if (!query.marker) co_return page;
        const sql_result marker = co_await is_visible_statement(*query.marker, query.viewer);
        if (marker.rows.empty()) co_return std::nullopt;
        co_return page;
    }
    page.images.reserve(found.rows.size());
    for (const sql_row& row : found.rows) page.images.push_back(image_of(row));
    co_await add_children(page.images);
    co_return page;
}

script<insert_outcome> insert_image(const image& made) {
    const sql_result inserted = co_await insert_image_statement(made);
    if (inserted.duplicate) co_return insert_outcome::duplicate;
    for (const image_property& property : made.properties)
        co_await insert_property_statement(made.id, property, made.created_at);
    for (const image_location& location : made.locations)
        co_await insert_location_statement(made.id, location, made.created_at);
    for (const std::string& tag : made.tags)
        co_await insert_tag_statement(made.id, tag, made.created_at);
    co_return insert_outcome::inserted;
}

script<save_result> save_image(const image& before, const image& after, image_status expected) {
    if (lets_go_of_a_location(before, after) && !co_await has_locations_of(before))
        co_return save_result{save_outcome::conflict, after};
    const sql_result updated = co_await update_image_statement(before, after, expected);
    save_result result{save_outcome::saved, after};
    if (updated.changed == 0) {
        result.outcome = co_await why_not_changed(after.id);
        co_return result;
    }
    co_await save_properties(before, after);
    co_await save_locations(before, result.saved);
    co_await save_tags(before, after);
    co_return result;
}

script<save_outcome> remove_image(const image_removal& removal) {
    const auto status = removal.pending ? image_status::pending_delete : image_status::deleted;
    const auto& [id, expected, pending, now] = removal;
    const sql_result removed = co_await delete_image_statement(id, expected, status, now);
    if (removed.changed == 0) co_return co_await why_not_changed(id);
    co_await delete_locations_statement(id, to_string(status), now);
    co_await delete_children_statement("image_properties", id, now);
    co_await delete_children_statement("image_members", id, now);
    co_await delete_children_statement("image_tags", id, now);
    co_return save_outcome::saved;
}

}  // namespace glimt
