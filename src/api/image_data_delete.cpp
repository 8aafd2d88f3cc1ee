// SPDX-License-Identifier: Apache-2.0
#include "api/dispatch.hpp"
#include "api/image_answer.hpp"
#include "api/image_data.hpp"
#include "api/image_places.hpp"
#include "auth/image_policy.hpp"
#include "core/problem.hpp"
#include "image/image_json.hpp"
#include "store/stores.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace glimt {
namespace {

[[noreturn]] void refuse_unknown(const std::string& id) {
    throw problem(reason::not_found, fmt::format("Failed to find image {}", id));
}

task<> check_allowed(const call& asked, const image& of) {
    const image_policy policy(asked.rules, asked.caller, of);
    co_await policy.enforce("get_image_location");
    co_await policy.enforce("delete_image_location");
    check_owner(asked, of);
}

// The location in that store, if it may go.
const image_location& removable_location(const image& of, std::string_view store) {
    if (of.status != image_status::active)
        throw problem(reason::conflict,
                      "It's not allowed to remove image data from store if image status is not "
                      "'active'");
    if (of.locations.size() == 1)
        throw problem(reason::forbidden,
                      "Cannot delete image data from the only store containing it. Consider "
                      "deleting the image instead.");
    const auto found = std::ranges::find(of.locations, store, store_of);
    if (found == of.locations.end())
        throw problem(reason::not_found,
                      fmt::format("Image {} is not stored in store {}.", of.id, store));
    return *found;
}

image without(const image& of, const image_location& location, timestamp now) {
    image after = of;
    std::erase_if(after.locations,
                  [&](const image_location& each) { return each.id == location.id; });
    after.updated_at = now;
    return after;
}

}  // namespace

task<response> delete_from_store(call& asked) {
    const stores& places = asked.with.places;
    const std::string store(asked.parameter("store_id")), id(asked.parameter("image_id"));
    if (!places.have_names()) throw problem(reason::not_found);
    refuse_read_only(asked.caller);
    if (!places.find(store))
        throw problem(reason::conflict,
                      fmt::format("The selected store {} is not available on this node.", store));
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto found = co_await find_with_places(asked, id);
        if (!found) refuse_unknown(id);
        // The row goes first: then nobody is sent to data that is not there any more.
        co_await check_allowed(asked, *found);
        const image_location& location = removable_location(*found, store);
        const auto done = co_await asked.with.images.save(
            *found, without(*found, location, time_of_change(asked)), found->status);
        if (done.outcome == save_outcome::gone) refuse_unknown(id);
        if (done.outcome != save_outcome::saved) continue;
        co_await remove_data(asked, location);
        co_return nothing_left();
    }
    refuse_contended(id);
}

}  // namespace glimt
