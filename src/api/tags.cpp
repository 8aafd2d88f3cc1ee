// SPDX-License-Identifier: Apache-2.0
#include "api/tags.hpp"

#include "api/dispatch.hpp"
#include "api/image_answer.hpp"
#include "auth/image_policy.hpp"
#include "core/problem.hpp"
#include "image/image_checks.hpp"
#include "image/visibility.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace glimt {
namespace {

[[noreturn]] void refuse_unknown(std::string_view image_id) {
    throw problem(reason::not_found, fmt::format("Image {} not found.", image_id));
}

// Glance has no text here for an image that the caller's roles hide. Then it asks whose image it
// is, which matters under the rules from before it had roles (contract 3.3).
task<> check_allowed(const call& asked, const image& of, std::string_view verb) {
    const image_policy policy(asked.rules, asked.caller, of);
    if (!co_await policy.allows("modify_image")) {
        if (!co_await policy.allows("get_image")) throw problem(reason::not_found);
        refuse("modify_image");
    }
    if (owns(of, {.project = asked.caller.project_id, .is_admin = asked.caller.is_admin}))
        co_return;
    throw problem(reason::forbidden,
                  fmt::format("Not allowed to {} tags for image {}.", verb, of.id));
}

void check_quota(const image& of, std::int64_t quota) {
    const std::size_t count = of.tags.size();
    if (quota < 0 || count <= static_cast<std::size_t>(quota)) return;
    throw problem(reason::too_large,
                  fmt::format("Image tag limit exceeded for image {}: The limit has been exceeded "
                              "on the number of allowed image tags. Attempted: {}, Maximum: {}:",
                              of.id, count, quota));
}

// The quota is checked even for a tag that is there already, as Glance does.
void add_tag(const call& asked, image& to) {
    const std::string_view tag = asked.parameter("tag_value");
    if (std::ranges::find(to.tags, tag) == to.tags.end()) to.tags.emplace_back(tag);
    check_quota(to, asked.with.options.image_tag_quota);
}

void remove_tag(const call& asked, image& from) {
    const auto found = std::ranges::find(from.tags, asked.parameter("tag_value"));
    if (found == from.tags.end()) throw problem(reason::not_found);
    from.tags.erase(found);
}

struct tag_change {
    std::string_view verb;
    void (*apply)(const call& asked, image& of);
};

task<response> change_tags(call& asked, tag_change what) {
    refuse_read_only(asked.caller);
    const std::string id(asked.parameter("image_id"));
    // Somebody else may change the status between our look at the image and its change.
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto found = co_await asked.with.images.find(id, viewer_of(asked.caller));
        if (!found) refuse_unknown(id);
        co_await check_allowed(asked, *found, what.verb);
        image changed = *found;
        what.apply(asked, changed);
        changed.updated_at = time_of_change(asked);
        const auto done = co_await asked.with.images.save(*found, changed, found->status);
        if (done.outcome == save_outcome::saved) co_return nothing_left();
        if (done.outcome == save_outcome::gone) refuse_unknown(id);
    }
    refuse_contended(id);
}

}  // namespace

task<response> put_tag(call& asked) {
    check_tag(asked.parameter("tag_value"));
    const tag_change adding{"update", add_tag};
    co_return co_await change_tags(asked, adding);
}

task<response> delete_tag(call& asked) { return change_tags(asked, {"delete", remove_tag}); }

}  // namespace glimt
