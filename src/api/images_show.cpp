// SPDX-License-Identifier: Apache-2.0
#include "api/dispatch.hpp"
#include "api/image_answer.hpp"
#include "api/image_places.hpp"
#include "api/images.hpp"
#include "auth/image_policy.hpp"

namespace glimt {

task<response> show_image(call& asked) {
    const std::string id(asked.parameter("image_id"));
    const auto found = co_await find_with_places(asked, id);
    if (!found) refuse_unknown_image(id);
    co_await image_policy(asked.rules, asked.caller, *found).enforce("get_image");
    co_return image_answer(asked, *found, co_await property_access_of(asked));
}

}  // namespace glimt
