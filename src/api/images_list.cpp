// SPDX-License-Identifier: Apache-2.0
#include "api/dispatch.hpp"
#include "api/image_answer.hpp"
#include "api/image_places.hpp"
#include "api/images.hpp"
#include "api/list_parameters.hpp"
#include "auth/image_policy.hpp"
#include "auth/policy_target.hpp"
#include "core/problem.hpp"

#include <algorithm>
#include <array>

namespace glimt {
namespace {

task<> enforce_list(const call& asked) {
    const std::array<target_attribute, 1> attributes = {{{"project_id", asked.caller.project_id}}};
    const attribute_target target(attributes);
    co_await asked.rules.enforce("get_images", target, asked.caller);
}

task<> keep_visible(std::vector<image>& among, const call& asked) {
    std::vector<image> visible;
    visible.reserve(among.size());
    for (image& each : among) {
        const image_policy policy(asked.rules, asked.caller, each);
        if (co_await policy.allows("get_image")) visible.push_back(std::move(each));
    }
    among = std::move(visible);
}

// There is a next page when this one is full, which an image of it has to tell the beginning of.
page_links links_of(const query_parameters& parameters, const std::vector<image>& shown,
                    bool is_full) {
    const std::string query = query_without_marker(parameters);
    page_links links{.first = "/v2/images", .next = {}};
    if (!query.empty()) links.first += "?" + query;
    if (is_full && !shown.empty())
        links.next = links.first + (query.empty() ? "?" : "&") + "marker=" + shown.back().id;
    return links;
}

}  // namespace

task<response> show_images(call& asked) {
    const settings& options = asked.with.options;
    const query_parameters parameters = parameters_of(asked.head);
    image_query query = read_image_query(
        parameters, {.unsaid = options.limit_param_default, .most = options.api_limit_max});
    co_await enforce_list(asked);
    query.viewer = viewer_of(asked.caller);
    const std::string marker = query.marker.value_or("");
    const std::size_t limit = query.limit;
    auto page = co_await asked.with.images.list(std::move(query));
    // An unknown marker is the client's mistake here, not a thing that was asked for.
    if (!page) throw problem(reason::invalid, "No image found with ID " + marker);
    std::vector<image>& images = page->images;
    const bool is_full = images.size() == limit;
    co_await keep_visible(images, asked);
    const property_access access = co_await property_access_of(asked);
    for (image& each : images) {
        access.hide_unreadable(each);
        sort_locations(each, asked.with.places);
    }
    response answer = json_answer();
    append_images(answer.text, images, view_of(asked), links_of(parameters, images, is_full));
    co_return answer;
}

}  // namespace glimt
