// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_patch.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>

namespace glimt {

// What a patch does to locations (contract 1.11). Part of apply(): see there. The values are as the
// schema allows; all throw `problem`.

void add_location(std::string_view position, const boost::json::value& location,
                  const patch_rules& rules, patched_image& to);

void replace_locations(const boost::json::value& locations, const patch_rules& rules,
                       patched_image& to);

void remove_location(std::string_view position, const patch_rules& rules, patched_image& to);

// The image without its location `index`. Its data goes with it, unless it was added by the same
// change or another location has the same URL.
void take_out_location(std::size_t index, patched_image& to);

}  // namespace glimt
