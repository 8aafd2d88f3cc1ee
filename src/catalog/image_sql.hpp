// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/image_query.hpp"
#include "catalog/sql.hpp"
#include "image/image.hpp"

#include <string>
#include <string_view>

// The single statements that change images and what belongs to them (contract 4.3, 4.5).
namespace glimt {

// A row of image_columns when the viewer sees that image.
sql_statement find_statement(const std::string& id, const catalog_viewer& viewer);

sql_statement insert_image_statement(const image& made);

// Writes updated_at and the columns that differ between the two, if the image is in that status
// (the compare-and-set that all processes on one database agree by): what others changed meanwhile,
// such as the name during an upload, stays. Who changes the status writes the formats as well: the
// change was allowed, and data was judged, for those.
sql_statement update_image_statement(const image& before, const image& after,
                                     image_status expected);

sql_statement insert_property_statement(const std::string& image_id, const image_property& property,
                                        timestamp now);
// Also of one that was deleted: a name has one row for ever (contract 4.3).
sql_statement update_property_statement(const std::string& image_id, const image_property& property,
                                        timestamp now);
sql_statement delete_property_statement(const std::string& image_id, const std::string& name,
                                        timestamp now);

sql_statement insert_tag_statement(const std::string& image_id, const std::string& tag,
                                   timestamp now);
sql_statement delete_tag_statement(const std::string& image_id, const std::string& tag,
                                   timestamp now);

sql_statement insert_location_statement(const std::string& image_id, const image_location& location,
                                        timestamp now);
sql_statement update_location_statement(const std::string& image_id, const image_location& location,
                                        timestamp now);
// `status` is deleted or pending_delete: what the scrubber has to do with it.
// Whether there is data: not that of a location that waits for the scrubber.
bool is_live(const image_location& location);

// The ids of the locations that an image has now.
sql_statement live_locations_statement(const std::string& image_id);

sql_statement delete_location_statement(const std::string& image_id, std::int64_t location_id,
                                        std::string_view status, timestamp now);

// Marks the image deleted with that status, if it is in the one expected and not deleted yet.
sql_statement delete_image_statement(const std::string& id, image_status expected,
                                     image_status status, timestamp now);

// Marks every live row of `table` (a literal) that belongs to the image.
sql_statement delete_children_statement(std::string_view table, const std::string& image_id,
                                        timestamp now);
sql_statement delete_locations_statement(const std::string& image_id, std::string_view status,
                                         timestamp now);

}  // namespace glimt
