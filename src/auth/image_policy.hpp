// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/permissions.hpp"
#include "image/image.hpp"

namespace glimt {

// An image as the target of rules (contract 3.3): its attributes under Glance's names, then its
// extra properties. project_id is its owner; member and member_id are the caller's project when
// the image is shared and another's, for then it was found through a membership. Left out, so that
// checks on them fail: times, tags and locations. Refers to both; they outlive it.
class image_target final : public policy_target {
public:
    image_target(const image& target, const request_context& caller)
        : image_(target), caller_(caller) {}

    std::optional<std::string_view> find(std::string_view name,
                                         std::string& scratch) const override;

    // As Glance shows it to other servers, but with the texts of its extra properties.
    boost::json::object to_json() const override;

private:
    bool found_as_member() const;
    std::optional<std::string_view> number(std::string_view name, std::string& scratch) const;
    std::optional<std::string_view> extra_property(std::string_view name) const;

    const image& image_;
    const request_context& caller_;
};

// May the caller do that to this image? Throws problem(reason::forbidden) when the caller may see
// the image and problem(reason::not_found) when not, in the words of an image that does not exist.
// For images that exist and were loaded with the caller's eyes. Refers to all three; they outlive
// it.
//
// Members (contract 1.21): enforce("get_image"), then the rule of the call.
class image_policy {
public:
    image_policy(const permissions& rules, const request_context& caller, const image& target)
        : rules_(rules), caller_(caller), image_(target), target_(target, caller) {}

    task<bool> allows(action asked) const { return rules_.allows(asked, target_, caller_); }
    task<> enforce(action asked) const;

    // PATCH of a property: enforce("modify_image"), and for `visibility` what is in the way to it,
    // which is forbidden rather than hidden.
    task<> enforce_change() const { return enforce("modify_image"); }
    task<> enforce_visibility(image_visibility wanted) const;

private:
    const permissions& rules_;
    const request_context& caller_;
    const image& image_;
    image_target target_;
};

// May the caller make an image of that owner and visibility? `owner` is the one the request names,
// else the caller's project. Throws problem(reason::forbidden).
task<> enforce_create(const permissions& rules, const request_context& caller,
                      const std::optional<std::string>& owner, image_visibility visibility);

// "No image found with ID x": for an image that is not there, and for one that may not be seen.
[[noreturn]] void refuse_unknown_image(std::string_view id);

}  // namespace glimt
