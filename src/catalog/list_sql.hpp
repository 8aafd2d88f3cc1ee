// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/image_query.hpp"
#include "catalog/sql.hpp"

// The page of a list as SQL (contract 1.8, 4.4).
//
// Glance's tables have no index of two columns that a list wants, so that one plan is not good for
// all: whoever may see most images finds a page among the newest few; whoever sees ten of 100,000
// finds them by owner and membership. No database knows in advance, so we ask for a page among the
// newest first, which costs little whatever the table's size, and for the whole only when that was
// not enough. Where indexes tell that the viewer sees few images, there is nothing among the
// newest: the whole is asked at once.
namespace glimt {

enum class list_plan : std::uint8_t {
    among_recent,  // of the next `recent_rows` by age, along the index of created_at or updated_at
    anywhere,      // what the database thinks best: owner, visibility or membership
};

// How many images are looked at for a page among the newest.
std::size_t recent_rows(const image_query& query) noexcept;

// The plan to begin with: only an order that begins with an age has newest ones, and what an admin
// sees unfiltered is found along that index in any case.
list_plan first_plan(const image_query& query) noexcept;

// Rows of image_columns. The images after the marker, or none at all when the marker is unknown or
// invisible. The limit is not 0.
sql_statement page_statement(const image_query& query, list_plan plan);

// One row when the viewer sees an image of that id.
sql_statement is_visible_statement(const std::string& id, const catalog_viewer& viewer);

}  // namespace glimt
