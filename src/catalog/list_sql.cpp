// SPDX-License-Identifier: Apache-2.0
#include "catalog/list_sql.hpp"

#include "catalog/database_time.hpp"
#include "catalog/image_rows.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace glimt {
namespace {

struct column_traits {
    std::string_view name;
    std::string_view null_sorts_as;  // a literal; empty: never NULL
};

// In the order of image_column. Glance takes NULL for '' or 0 when it pages (contract 4.4).
constexpr std::array<column_traits, 16> columns{{{"id", ""},
                                                 {"name", "''"},
                                                 {"status", ""},
                                                 {"visibility", ""},
                                                 {"owner", "''"},
                                                 {"disk_format", "''"},
                                                 {"container_format", "''"},
                                                 {"checksum", "''"},
                                                 {"os_hash_algo", "''"},
                                                 {"os_hash_value", "''"},
                                                 {"size", "0"},
                                                 {"virtual_size", "0"},
                                                 {"min_ram", ""},
                                                 {"min_disk", ""},
                                                 {"created_at", ""},
                                                 {"updated_at", ""}}};

const column_traits& traits(image_column column) {
    return columns.at(static_cast<std::size_t>(column));
}

std::string_view sign(sql_comparison how) {
    switch (how) {
        case sql_comparison::equal: return " = ";
        case sql_comparison::not_equal: return " <> ";
        case sql_comparison::less: return " < ";
        case sql_comparison::less_or_equal: return " <= ";
        case sql_comparison::greater: return " > ";
        case sql_comparison::greater_or_equal: return " >= ";
    }
    return " = ";
}

// The order of the query with what makes it one of distinct images.
std::vector<image_order> whole_order(const image_query& query) {
    auto order = query.order;
    const bool descending = order.empty() || order.back().descending;
    for (const auto column : {image_column::created_at, image_column::id}) {
        const auto has = [=](const image_order& one) { return one.column == column; };
        if (std::ranges::none_of(order, has)) order.push_back({column, descending});
    }
    return order;
}

constexpr std::string_view first_time = "'1000-01-01 00:00:00'";
constexpr std::string_view last_time = "'9999-12-31 23:59:59'";

// One found by another index than that of the age costs some 4 us, and all of them are found; a
// row of image_members costs 0.2 us, and all of them are read.
constexpr std::int64_t few_images = 100;
constexpr std::int64_t few_members = 1000;

// Whether the order begins with an age.
bool is_by_age(const image_query& query) noexcept {
    if (query.order.empty()) return true;
    const image_column first = query.order.front().column;
    return first == image_column::created_at || first == image_column::updated_at;
}

// Writes the parts of one page.
class page_writer {
public:
    page_writer(const image_query& query, list_plan plan)
        : query_(query), plan_(plan), order_(whole_order(query)) {}

    sql_statement write() {
        out_.text("SELECT ").text(image_columns).text(" FROM images WHERE NOT images.deleted");
        out_.text(" AND images.status <> 'killed'");
        write_scope();
        write_columns();
        write_children();
        if (query_.marker) write_after_marker();
        if (plan_ == list_plan::among_recent) write_recent();
        write_order();
        return out_.take();
    }

private:
    // `images.c` so that the database takes its index, or not: one that follows the age must not be
    // led away by a condition on the owner.
    void write_column(std::string_view name) {
        if (plan_ == list_plan::anywhere) {
            out_.text("images.").text(name);
            return;
        }
        out_.text("COALESCE(images.").text(name).text(", images.").text(name).text(")");
    }

    void write_sort_value(std::string_view table, const column_traits& column) {
        if (column.null_sorts_as.empty()) {
            out_.text(table).text(".").text(column.name);
            return;
        }
        out_.text("COALESCE(").text(table).text(".").text(column.name).text(", ");
        out_.text(column.null_sorts_as).text(")");
    }

    void write_visibility_is(image_visibility visibility) {
        write_column("visibility");
        out_.text(" = ").value(std::string(to_string(visibility)));
    }

    // Of shared and private images the owner says more than the visibility, which most have.
    void write_only(image_visibility visibility) {
        out_.text(" AND ");
        const bool by_owner =
            visibility == image_visibility::shared || visibility == image_visibility::private_;
        if (!by_owner) return write_visibility_is(visibility);
        out_.text("COALESCE(images.visibility, images.visibility) = ");
        out_.value(std::string(to_string(visibility)));
    }

    void write_owned() {
        if (!query_.viewer.project) {
            out_.text("1 = 0");
            return;
        }
        write_column("owner");
        out_.text(" = ").value(*query_.viewer.project);
    }

    // Shared with the viewer's project. Never by the index of the visibility: most images are
    // `shared` by default.
    void write_shared_with() {
        if (!query_.viewer.project) {
            out_.text("1 = 0");
            return;
        }
        out_.text("(COALESCE(images.visibility, images.visibility) = 'shared' AND ");
        const bool by_row = plan_ == list_plan::among_recent;
        out_.text(by_row ? "EXISTS (SELECT 1 FROM image_members WHERE image_members.image_id = "
                           "images.id AND "
                         : "images.id IN (SELECT image_members.image_id FROM image_members WHERE ");
        out_.text("image_members.member = ").value(*query_.viewer.project);
        out_.text(" AND NOT image_members.deleted");
        if (query_.membership)
            out_.text(" AND image_members.status = ")
                .value(std::string(to_string(*query_.membership)));
        out_.text("))");
    }

    // Which images the list is about (contract 1.8, "Visibility semantics of the result set").
    void write_scope() {
        const auto* one = std::get_if<image_visibility>(&query_.visibility);
        const bool all = std::holds_alternative<every_visibility>(query_.visibility);
        if (one) write_only(*one);
        if (query_.viewer.is_admin) {
            if (!one && !all) write_scope_of_admin();
            return;
        }
        if (one && (*one == image_visibility::public_ || *one == image_visibility::community))
            return;
        out_.text(" AND (");
        write_owned();
        if (!one || *one == image_visibility::shared) {
            out_.text(" OR ");
            write_shared_with();
        }
        if (!one) {
            out_.text(" OR ");
            write_visibility_is(image_visibility::public_);
        }
        if (all) {
            out_.text(" OR ");
            write_visibility_is(image_visibility::community);
        }
        out_.text(")");
    }

    // An admin is shown the community images of others only when it asks for them.
    void write_scope_of_admin() {
        out_.text(" AND (");
        write_column("visibility");
        out_.text(" <> 'community' OR ");
        write_owned();
        out_.text(")");
    }

    void write_columns() {
        if (query_.hidden)
            out_.text(*query_.hidden ? " AND " : " AND NOT ").text("images.os_hidden");
        if (query_.is_protected)
            out_.text(*query_.is_protected ? " AND " : " AND NOT ").text("images.protected");
        for (const any_of_filter& filter : query_.texts) write_any_of(filter);
        for (const number_filter& filter : query_.numbers)
            write_comparison(filter.column, filter.how, filter.number);
        for (const time_filter& filter : query_.times)
            write_comparison(filter.column, filter.how, to_database_time(filter.when));
    }

    void write_any_of(const any_of_filter& filter) {
        out_.text(" AND ");
        if (filter.texts.empty()) {
            out_.text("1 = 0");
            return;
        }
        if (filter.column == image_column::id)
            out_.text("images.id");  // the one index that is better than any order
        else
            write_column(traits(filter.column).name);
        if (filter.texts.size() == 1)
            out_.text(" = ").value(filter.texts.front());
        else
            out_.in(filter.texts);
    }

    void write_comparison(image_column column, sql_comparison how, sql_value with) {
        out_.text(" AND ");
        if (column == image_column::created_at)
            out_.text("images.created_at");
        else
            write_column(traits(column).name);
        out_.text(sign(how)).value(std::move(with));
    }

    void write_children() {
        for (const property_filter& filter : query_.properties) {
            out_.text(
                " AND EXISTS (SELECT 1 FROM image_properties WHERE "
                "image_properties.image_id = images.id AND image_properties.name = ");
            out_.value(filter.name).text(" AND image_properties.value = ").value(filter.value);
            out_.text(" AND NOT image_properties.deleted)");
        }
        for (const std::string& tag : query_.tags) {
            out_.text(
                " AND EXISTS (SELECT 1 FROM image_tags WHERE image_tags.image_id = "
                "images.id AND image_tags.value = ");
            out_.value(tag).text(" AND NOT image_tags.deleted)");
        }
    }

    // The sort value of the marker; NULL, which nothing compares with, when it is not visible.
    void write_marker_value(const column_traits& column) {
        out_.text("(SELECT ");
        write_sort_value("marker", column);
        out_.text(" FROM images marker WHERE marker.id = ").value(*query_.marker);
        out_.text(" AND NOT marker.deleted AND ");
        write_visible(out_, "marker", query_.viewer);
        out_.text(")");
    }

    void write_against_marker(const image_order& key, std::string_view how) {
        write_sort_value("images", traits(key.column));
        out_.text(how);
        write_marker_value(traits(key.column));
    }

    // (a, b, c) after (A, B, C): a after A, or a = A and (b after B, or b = B and c after C). With
    // "a not before A" in front, which an index understands.
    void write_after_marker() {
        const image_order& first = order_.front();
        out_.text(" AND ");
        write_against_marker(first, first.descending ? " <= " : " >= ");
        out_.text(" AND (");
        for (std::size_t i = 0; i < order_.size(); ++i) {
            const image_order& key = order_[i];
            write_against_marker(key, key.descending ? " < " : " > ");
            if (i + 1 == order_.size()) break;
            out_.text(" OR (");
            write_against_marker(key, " = ");
            out_.text(" AND ");
        }
        // Two for each key but the last: that of "OR (", and none of the innermost comparison.
        for (std::size_t i = 0; i + 1 < order_.size(); ++i) out_.text(")");
        out_.text(")");
    }

    void write_few_images(std::string_view column, std::string value) {
        out_.text("(SELECT 1 FROM images counted WHERE counted.").text(column).text(" = ");
        out_.value(std::move(value)).text(" LIMIT 1 OFFSET ").value(few_images).text(") IS NULL");
    }

    // The viewer sees so few images, by three indexes, that it is wasteful to look for them among
    // all. Indexes alone tell; what is deleted counts.
    void write_sees_few() {
        if (query_.viewer.project) {
            write_few_images("owner", *query_.viewer.project);
            out_.text(" AND (SELECT 1 FROM image_members LIMIT 1 OFFSET ").value(few_members);
            out_.text(") IS NULL AND ");
        }
        write_few_images("visibility", "public");
        if (std::holds_alternative<std::monostate>(query_.visibility)) return;
        out_.text(" AND ");
        write_few_images("visibility", "community");
    }

    // Not older than the last of the rows we look at: an index alone tells which that is. Before
    // the first year (or after the last) when there are not so many.
    void write_recent() {
        const bool descending = order_.front().descending;
        const column_traits& age = traits(order_.front().column);
        const std::string_view all = descending ? first_time : last_time;
        out_.text(" AND images.").text(age.name).text(descending ? " >= " : " <= ");
        if (!query_.viewer.is_admin) {
            out_.text("CASE WHEN ");
            write_sees_few();
            out_.text(" THEN ").text(descending ? last_time : first_time).text(" ELSE ");
        }
        out_.text("COALESCE((SELECT recent.").text(age.name).text(" FROM images recent");
        if (query_.marker) {
            out_.text(" WHERE recent.").text(age.name).text(descending ? " <= " : " >= ");
            write_marker_value(age);
        }
        out_.text(" ORDER BY recent.").text(age.name).text(descending ? " DESC" : "");
        out_.text(" LIMIT 1 OFFSET ").value(static_cast<std::int64_t>(recent_rows(query_)));
        out_.text("), ").text(all).text(")");
        if (!query_.viewer.is_admin) out_.text(" END");
    }

    void write_order() {
        out_.text(" ORDER BY ");
        for (std::size_t i = 0; i < order_.size(); ++i) {
            if (i > 0) out_.text(", ");
            write_sort_value("images", traits(order_[i].column));
            if (order_[i].descending) out_.text(" DESC");
        }
        out_.text(" LIMIT ").value(static_cast<std::int64_t>(query_.limit));
    }

    const image_query& query_;
    const list_plan plan_;
    const std::vector<image_order> order_;
    sql_writer out_;
};

}  // namespace

// A row looked at in vain costs some 0.4 us, one found by another index and then sorted 6 us, and
// telling where 2000 rows end 25 us (100,000 images, 2 MiB of page cache): worth it for everybody
// who sees more than one image of eighty.
std::size_t recent_rows(const image_query& query) noexcept {
    return std::max<std::size_t>(20 * query.limit, 2000);
}

list_plan first_plan(const image_query& query) noexcept {
    const bool everything = query.viewer.is_admin && query.texts.empty() && query.numbers.empty() &&
                            query.times.empty() && query.properties.empty() && query.tags.empty() &&
                            !query.is_protected && !query.hidden.value_or(false) &&
                            !std::holds_alternative<image_visibility>(query.visibility);
    const bool by_age = is_by_age(query);
    return by_age && !everything ? list_plan::among_recent : list_plan::anywhere;
}

sql_statement page_statement(const image_query& query, list_plan plan) {
    assert(query.limit > 0);
    assert(plan == list_plan::anywhere || is_by_age(query));
    return page_writer(query, plan).write();
}

sql_statement is_visible_statement(const std::string& id, const catalog_viewer& viewer) {
    sql_writer out;
    out.text("SELECT 1 FROM images WHERE images.id = ").value(id);
    out.text(" AND NOT images.deleted AND ");
    write_visible(out, "images", viewer);
    return out.take();
}

}  // namespace glimt
