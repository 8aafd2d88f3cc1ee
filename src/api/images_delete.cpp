// SPDX-License-Identifier: Apache-2.0
#include "api/dispatch.hpp"
#include "api/image_answer.hpp"
#include "api/image_places.hpp"
#include "api/images.hpp"
#include "auth/image_policy.hpp"
#include "core/patience.hpp"
#include "core/problem.hpp"

#include <fmt/format.h>

namespace glimt {
namespace {

[[noreturn]] void refuse_unknown(const std::string& id) {
    throw problem(reason::not_found, fmt::format("Failed to find image {} to delete", id));
}

task<> check_deletable(const call& asked, const image& of) {
    const image_policy policy(asked.rules, asked.caller, of);
    if (!co_await policy.allows("delete_image") && !co_await policy.allows("get_image"))
        refuse_unknown(of.id);
    co_await policy.enforce("delete_image");
    if (of.is_protected)
        throw problem(reason::forbidden,
                      fmt::format("Image {} is protected and cannot be deleted.", of.id));
    check_owner(asked, of);
}

// With delayed_delete the data waits for Glance's scrubber, which looks for images that are
// pending.
image_removal removal_of(const image& of, bool delayed, timestamp now) {
    const bool pending = delayed && !of.locations.empty();
    const image_status next = pending ? image_status::pending_delete : image_status::deleted;
    if (of.status != next && !may_become(of.status, next))
        throw problem(reason::invalid,
                      fmt::format("Image status transition from {} to {} is not allowed",
                                  to_string(of.status), to_string(next)));
    return {.id = of.id, .expected = of.status, .pending = pending, .now = now};
}

// The data goes first: a store may refuse, and who is cut off in between can ask again.
task<save_outcome> remove_whole(const call& asked, const image& of, const image_removal& removal) {
    if (!removal.pending)
        for (const image_location& each : of.locations) co_await remove_data(asked, each);
    co_return co_await asked.with.images.remove(removal);
}

}  // namespace

task<response> delete_image(call& asked) {
    const std::string id(asked.parameter("image_id"));
    refuse_read_only(asked.caller);
    // Somebody else may change the status between our look at the image and its end.
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto found = co_await find_with_places(asked, id);
        if (!found) refuse_unknown(id);
        co_await check_deletable(asked, *found);
        const auto removal =
            removal_of(*found, asked.with.options.delayed_delete, time_of_change(asked));
        const auto outcome = co_await uninterrupted(remove_whole(asked, *found, removal));
        if (outcome == save_outcome::saved) co_return nothing_left();
        if (outcome == save_outcome::gone) refuse_unknown(id);
    }
    refuse_contended(id);
}

}  // namespace glimt
