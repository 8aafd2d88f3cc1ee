// SPDX-License-Identifier: Apache-2.0
#include "api/actions.hpp"

#include "api/dispatch.hpp"
#include "api/image_answer.hpp"
#include "auth/image_policy.hpp"
#include "core/problem.hpp"
#include "image/image_life.hpp"

namespace glimt {
namespace {

struct image_action {
    action rule;
    void (*change)(image& of);
};

// Glance has no text here for an image that the caller's roles hide.
task<> check_allowed(const call& asked, const image& of, action rule) {
    const image_policy policy(asked.rules, asked.caller, of);
    if (!co_await policy.allows(rule) && !co_await policy.allows("get_image"))
        throw problem(reason::not_found);
    co_await policy.enforce(rule);
}

task<response> perform_action(call& asked, image_action what) {
    refuse_read_only(asked.caller);
    const std::string id(asked.parameter("image_id"));
    // Somebody else may change the status between our look at the image and its change.
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto found = co_await asked.with.images.find(id, viewer_of(asked.caller));
        if (!found) refuse_unknown_image(id);
        co_await check_allowed(asked, *found, what.rule);
        image changed = *found;
        what.change(changed);
        if (changed.status == found->status) co_return nothing_left();
        changed.updated_at = time_of_change(asked);
        const auto done = co_await asked.with.images.save(*found, changed, found->status);
        if (done.outcome == save_outcome::saved) co_return nothing_left();
        if (done.outcome == save_outcome::gone) refuse_unknown_image(id);
    }
    refuse_contended(id);
}

}  // namespace

task<response> deactivate_image(call& asked) {
    return perform_action(asked, {"deactivate", deactivate});
}

task<response> reactivate_image(call& asked) {
    return perform_action(asked, {"reactivate", reactivate});
}

}  // namespace glimt
