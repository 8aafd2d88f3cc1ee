// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/routes.hpp"

#include <boost/json/object.hpp>

namespace glimt {

// /v2/schemas (contract 1.28). For everybody: no policy is asked.

response schema_answer(const boost::json::object& schema);

// Those of images, to which schema-image.json adds.
task<response> get_image_schema(call& asked);
task<response> get_images_schema(call& asked);

// One that is always the same.
template <const boost::json::object& (*schema)()>
task<response> get_schema(call&) {
    co_return schema_answer(schema());
}

}  // namespace glimt
