// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/image_query.hpp"
#include "catalog/sql.hpp"
#include "image/image.hpp"

#include <span>
#include <string_view>
#include <vector>

// Rows of Glance's tables as values, and back (contract 4.2, 4.3).
namespace glimt {

// The columns that image_of() reads, in its order.
inline constexpr std::string_view image_columns =
    "images.id, images.name, images.status, images.visibility, images.protected, "
    "images.os_hidden, images.owner, images.disk_format, images.container_format, images.min_ram, "
    "images.min_disk, images.size, images.virtual_size, images.checksum, images.os_hash_algo, "
    "images.os_hash_value, images.created_at, images.updated_at";

// An image without its properties, tags and locations. Throws std::runtime_error for a row that
// Glance could not have written.
image image_of(const sql_row& row);

// The live properties, tags and locations of these images in one statement, oldest first.
sql_statement children_statement(std::span<const std::string> ids);

// Puts the answer into the images, which are those that were asked for.
void take_children(const sql_result& answer, std::span<image> images);

// A member: image_id, member, status, created_at, updated_at.
inline constexpr std::string_view member_columns =
    "image_members.image_id, image_members.member, image_members.status, "
    "image_members.created_at, image_members.updated_at";
image_member member_of(const sql_row& row);

// A time that the column must hold.
timestamp time_in(const sql_cell& value);

// Whether the viewer may see a row of `images` that is called `table` (contract 1.9, 3.3): public,
// community, of its own project, or shared with it whatever its answer was.
void write_visible(sql_writer& out, std::string_view table, const catalog_viewer& viewer);

}  // namespace glimt
