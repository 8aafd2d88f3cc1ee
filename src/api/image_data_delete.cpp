// SPDX-License-Identifier: Apache-2.0
#include "api/dispatch.hpp"
#include "api/image_answer.hpp"
#include "api/image_data.hpp"
#include "api/image_places.hpp"
#include "auth/image_policy.hpp"
#include "core/problem.hpp"
#include "image/image_json.hpp"
#include "image/patch_locations.hpp"
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

// The image without the location in that store, if that may go.
patched_image without_store(const call& asked, const image& of, std::string_view store) {
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
    patched_image after;
    after.value = of;
    take_out_location(static_cast<std::size_t>(found - of.locations.begin()), after);
    after.value.updated_at = time_of_change(asked);
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
        co_await check_allowed(asked, *found);
        const auto done =
            co_await save_with_places(asked, *found, without_store(asked, *found, store));
        if (done.outcome == save_outcome::saved) co_return nothing_left();
        if (done.outcome == save_outcome::gone) refuse_unknown(id);
    }
    refuse_contended(id);
}

}  // namespace glimt
