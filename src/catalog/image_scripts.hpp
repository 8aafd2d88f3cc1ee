// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/image_query.hpp"
#include "catalog/sql_script.hpp"
#include "image/image.hpp"

#include <optional>
#include <string>
#include <vector>

// The transactions on images, as scripts. What they mean is said in catalog.hpp; arguments outlive
// the run.
namespace glimt {

struct image_page {
    std::vector<image> images;
};

enum class insert_outcome : std::uint8_t { inserted, duplicate };

enum class save_outcome : std::uint8_t {
    saved,
    conflict,  // the image is in another status than was expected
    gone,      // deleted, or never there
};

struct save_result {
    save_outcome outcome;
    image saved;  // as it was to be saved, with the ids of new locations
};

script<std::optional<image>> find_image(const std::string& id, const catalog_viewer& viewer);
script<std::optional<image_page>> list_images(const image_query& query);
script<insert_outcome> insert_image(const image& made);
script<save_result> save_image(const image& before, const image& after, image_status expected);

struct image_removal {
    std::string id;
    image_status expected;
    bool pending = false;  // pending_delete: the scrubber removes the bytes later
    timestamp now;
};
script<save_outcome> remove_image(const image_removal& removal);

}  // namespace glimt
