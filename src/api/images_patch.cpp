// SPDX-License-Identifier: Apache-2.0
#include "api/dispatch.hpp"
#include "api/image_answer.hpp"
#include "api/image_places.hpp"
#include "api/images.hpp"
#include "auth/image_policy.hpp"
#include "core/problem.hpp"
#include "image/image_input.hpp"
#include "image/image_patch.hpp"
#include "image/request_json.hpp"

#include <algorithm>

namespace glimt {
namespace {

patch_rules rules_of(const call& asked, patch_media media) {
    const settings& options = asked.with.options;
    return {.media = media,
            .viewer_is_admin = asked.caller.is_admin,
            .locations_are_shown = options.show_multiple_locations,
            .hashing_algorithm = options.hashing_algorithm,
            .limits = limits_of(asked)};
}

task<> enforce(const image_change& change, const patch_rules& rules, const image_policy& policy) {
    switch (permission_for(change, rules)) {
        case patch_permission::modify:
            if (change.name != "visibility" || change.operation == patch_operation::remove)
                return policy.enforce_change();
            return policy.enforce_visibility(
                *image_visibility_of(std::string_view(change.value.get_string())));
        case patch_permission::change_locations: return policy.enforce("set_image_location");
        case patch_permission::remove_location: break;
    }
    return policy.enforce("delete_image_location");
}

// Who may not read a property finds none, and cannot put another in its place. Attributes are not
// protected. What is a conflict anyway is left to apply().
void check_protected(const image_change& change, const patch_rules& rules, const image& to,
                     const property_access& access) {
    if (change.name == "locations" || is_writable(change.name)) return;
    const bool present =
        std::ranges::find(to.properties, change.name, &image_property::name) != to.properties.end();
    const bool readable = present && access.may(property_operation::read, change.name);
    switch (change.operation) {
        case patch_operation::remove:
            if (present && !readable) refuse_absent_property(change.name);
            if (present) access.enforce(property_operation::remove, change.name);
            return;
        case patch_operation::replace:
            if (present && !readable) refuse_absent_property(change.name);
            break;
        case patch_operation::add:
            if (readable && rules.media == patch_media::v2_0) return;
            if (!readable) access.enforce(property_operation::create, change.name);
            break;
    }
    if (present) access.enforce(property_operation::update, change.name);
}

// The image after all changes, each of which is allowed for the image as the one before left it.
task<patched_image> patched(const image& before, const std::vector<image_change>& changes,
                            const patch_rules& rules, const property_access& access,
                            const call& asked) {
    patched_image to;
    to.value = before;
    const image_policy policy(asked.rules, asked.caller, to.value);
    for (const image_change& each : changes) {
        co_await enforce(each, rules, policy);
        if (access.protects()) check_protected(each, rules, to.value, access);
        apply(each, rules, to);
    }
    check_patched(before, to.value, rules);
    check_owner(asked, before);
    to.value.updated_at = time_of_change(asked);
    co_return to;
}

}  // namespace

task<response> change_image(call& asked) {
    const header* type = asked.head.find("content-type");
    const patch_media media = patch_media_of(type ? type->value : std::string_view());
    const auto body = parse_request_json(co_await collect_document(asked));
    const auto changes = read_patch(body, media, asked.with.schema);
    refuse_read_only(asked.caller);
    const patch_rules rules = rules_of(asked, media);
    const property_access access = co_await property_access_of(asked);
    const std::string id(asked.parameter("image_id"));
    // Somebody else may change the status between our look at the image and its change.
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto found = co_await find_with_places(asked, id);
        if (!found) refuse_unknown_image(id);
        if (changes.empty()) co_return image_answer(asked, *found, access);
        patched_image after = co_await patched(*found, changes, rules, access, asked);
        co_await check_added_locations(asked, after);
        const auto done = co_await save_with_places(asked, *found, after);
        if (done.outcome == save_outcome::saved) co_return image_answer(asked, done.saved, access);
        if (done.outcome == save_outcome::gone) refuse_unknown_image(id);
    }
    refuse_contended(id);
}

}  // namespace glimt
