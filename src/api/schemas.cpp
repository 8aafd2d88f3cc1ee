// SPDX-License-Identifier: Apache-2.0
#include "api/schemas.hpp"

#include "api/dispatch.hpp"
#include "image/json_text.hpp"

namespace glimt {

response schema_answer(const boost::json::object& schema) {
    response answer;
    answer.headers.push_back({"Content-Type", "application/json"});
    append_json(answer.text, schema, json_letters::ascii);
    return answer;
}

task<response> get_image_schema(call& asked) { co_return schema_answer(asked.with.schema.shown()); }

task<response> get_images_schema(call& asked) {
    co_return schema_answer(asked.with.schema.collection());
}

}  // namespace glimt
