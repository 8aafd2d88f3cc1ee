// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"

#include <boost/json/array.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// What locations say of the bytes behind them ("validation_data", contract 1.11).

// The values the image does not have yet.
struct validation_data {
    std::optional<std::string> checksum, os_hash_algo, os_hash_value;
};

// Throws problem(reason::conflict) when the locations contradict each other or the image, when the
// image is no longer queued and there is something new, and for what is no hash of
// `hashing_algorithm`.
validation_data new_validation_data(const image& of, const boost::json::array& locations,
                                    std::string_view hashing_algorithm);

}  // namespace glimt
