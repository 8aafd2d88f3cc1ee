// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/routes.hpp"
#include "catalog/catalog.hpp"
#include "image/image.hpp"
#include "image/image_patch.hpp"

#include <optional>
#include <string>

namespace glimt {

class stores;

// Where the data of images is: what handlers that touch it have in common (contract 1.11, 4.6).

// The image as the caller sees it. Its locations are in the order in which they are used: by the
// weights of their stores, the heaviest first. With named stores a location that names none, or one
// that is not there any more, gets the name of the store that its URL is of; that is also stored,
// if the caller may change the image.
task<std::optional<image>> find_with_places(const call& asked, std::string id);

// The same without a look at the database: for images of a list.
void sort_locations(image& of, const stores& places);

// Throws problem(reason::invalid) unless every added location is one that a client may name and has
// bytes; an image without a size takes theirs. Names their stores, as above.
task<> check_added_locations(const call& asked, patched_image& of);

// Saves the image that was `before` and then removes the data of its removed locations, or leaves
// it to the scrubber where delayed_delete says so.
task<save_result> save_with_places(const call& asked, const image& before,
                                   const patched_image& after);

// Removes the data from its store, where that is ours to do: a read-only store keeps it. That it
// was not there is fine. Throws problem.
task<> remove_data(const call& asked, const image_location& location);

}  // namespace glimt
