// SPDX-License-Identifier: Apache-2.0
#include "api/image_places.hpp"

#include "api/dispatch.hpp"
#include "api/image_answer.hpp"
#include "core/patience.hpp"
#include "core/problem.hpp"
#include "image/image_json.hpp"
#include "image/visibility.hpp"
#include "store/stores.hpp"

#include <algorithm>

namespace glimt {
namespace {

[[noreturn]] void refuse_location() { throw problem(reason::invalid, "Invalid location"); }

std::int64_t weight_of(const image_location& location, const stores& places) {
    const auto* place = places.find(store_of(location));
    return place ? place->plan.options.weight : 0;
}

// Whether the name of the store has changed.
bool name_store(image_location& location, const stores& places, bool although_known) {
    const auto named = store_of(location);
    if (!although_known && !named.empty() && places.find(named)) return false;
    const auto* owner = places.owner_of(location.url);
    if (!owner || owner->id() == named) return false;
    location.metadata["store"] = owner->id();
    return true;
}

bool name_stores(image& of, const stores& places) {
    bool changed = false;
    for (image_location& each : of.locations) changed |= name_store(each, places, false);
    return changed;
}

// What its store says of the size of a location that a client named.
task<std::uint64_t> size_at(const call& asked, const image_location& location) {
    const stores& places = asked.with.places;
    if (!places.may_be_named(location.url)) refuse_location();
    const auto* place = places.holding(location.url, store_of(location));
    if (!place) refuse_location();
    const auto size = co_await place->place->size(location.url);
    if (!size || *size == 0) refuse_location();
    co_return *size;
}

// The rows of removed locations stay for the scrubber, which then removes their data.
image with_rows_for_scrubber(const patched_image& of) {
    image saved = of.value;
    for (image_location each : of.removed_locations) {
        each.status = "pending_delete";
        saved.locations.push_back(std::move(each));
    }
    return saved;
}

// The rows go first: then nobody is sent to data that is not there any more.
task<save_result> save_and_remove(const call& asked, const image& before,
                                  const patched_image& after) {
    const bool for_scrubber = asked.with.options.delayed_delete;
    save_result done = co_await asked.with.images.save(
        before, for_scrubber ? with_rows_for_scrubber(after) : after.value, before.status);
    if (done.outcome != save_outcome::saved) co_return done;
    std::erase_if(done.saved.locations,
                  [](const image_location& each) { return each.status == "pending_delete"; });
    if (for_scrubber) co_return done;
    for (const image_location& each : after.removed_locations) co_await remove_data(asked, each);
    co_return done;
}

}  // namespace

void sort_locations(image& of, const stores& places) {
    if (of.locations.size() < 2 || !places.have_names()) return;
    std::vector<image_location> sorted;
    sorted.reserve(of.locations.size());
    for (image_location& each : of.locations) {
        const auto weight = weight_of(each, places);
        const auto place = std::ranges::find_if(
            sorted, [&](const image_location& other) { return weight_of(other, places) < weight; });
        sorted.insert(place, std::move(each));
    }
    of.locations = std::move(sorted);
}

task<std::optional<image>> find_with_places(const call& asked, std::string id) {
    const stores& places = asked.with.places;
    auto found = co_await asked.with.images.find(std::move(id), viewer_of(asked.caller));
    if (!found || !places.have_names()) co_return found;
    const image before = *found;
    if (name_stores(*found, places)) {
        const image_viewer viewer{.project = asked.caller.project_id,
                                  .is_admin = asked.caller.is_admin};
        if (owns(before, viewer) && !asked.caller.read_only) {
            found->updated_at = time_of_change(asked);
            // Should somebody else have changed the image meanwhile, the next one to look will see.
            co_await asked.with.images.save(before, *found, before.status);
        }
    }
    sort_locations(*found, places);
    co_return found;
}

task<> check_added_locations(const call& asked, patched_image& of) {
    const stores& places = asked.with.places;
    if (places.have_names()) {
        for (image_location& each : of.added_locations) name_store(each, places, true);
        for (image_location& each : of.value.locations)
            if (!each.id) name_store(each, places, true);
    }
    std::optional<std::uint64_t> size;
    for (const image_location& each : of.added_locations) {
        const auto found = co_await size_at(asked, each);
        if (!size) size = found;
    }
    if (size && !of.value.size_bytes) of.value.size_bytes = static_cast<std::int64_t>(*size);
}

task<> remove_data(const call& asked, const image_location& location) {
    const auto* place = asked.with.places.holding(location.url, store_of(location));
    if (!place || !place->driver.takes_new_blobs) co_return;
    co_await place->place->remove(location.url);
}

task<save_result> save_with_places(const call& asked, const image& before,
                                   const patched_image& after) {
    return uninterrupted(save_and_remove(asked, before, after));
}

}  // namespace glimt
