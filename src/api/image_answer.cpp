// SPDX-License-Identifier: Apache-2.0
#include "api/image_answer.hpp"

#include "api/dispatch.hpp"
#include "core/problem.hpp"
#include "image/visibility.hpp"

#include <fmt/format.h>

namespace glimt {

image_view view_of(const call& asked) {
    const settings& options = asked.with.options;
    image_view view;
    view.viewer_is_admin = asked.caller.is_admin;
    view.locations = options.show_multiple_locations;
    view.direct_url = options.show_image_direct_url;
    view.stores = !options.enabled_backends.empty();
    view.additional_properties = asked.with.schema.additional_properties();
    view.schema_names = asked.with.schema.custom_names();
    return view;
}

task<property_access> property_access_of(const call& asked) {
    return asked.with.protections.access_of(asked.rules, asked.caller);
}

response image_answer(const call& asked, const image& shown, const property_access& access) {
    response answer = json_answer();
    std::optional<image> readable;
    if (access.protects()) access.hide_unreadable(readable.emplace(shown));
    append_image(answer.text, readable ? *readable : shown, view_of(asked));
    return answer;
}

image_limits limits_of(const call& asked) {
    const settings& options = asked.with.options;
    return {.properties = options.image_property_quota,
            .tags = options.image_tag_quota,
            .locations = options.image_location_quota};
}

void check_owner(const call& asked, const image& of) {
    const image_viewer viewer{.project = asked.caller.project_id,
                              .is_admin = asked.caller.is_admin};
    if (!owns(of, viewer)) throw problem(reason::forbidden, "You do not own this image");
}

void refuse_contended(std::string_view image_id) {
    throw problem(reason::conflict, fmt::format("Image {} is being changed by others.", image_id));
}

}  // namespace glimt
