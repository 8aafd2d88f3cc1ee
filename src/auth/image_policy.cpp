// SPDX-License-Identifier: Apache-2.0
#include "auth/image_policy.hpp"

#include "core/problem.hpp"
#include "image/image_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace glimt {
namespace {

std::string_view text_or_none(const std::optional<std::string>& text) {
    return text ? std::string_view(*text) : "None";
}

// The attributes that are texts or nothing.
constexpr struct {
    std::string_view name;
    std::optional<std::string> image::* value;
} texts[] = {
    {"owner", &image::owner},
    {"project_id", &image::owner},
    {"name", &image::name},
    {"disk_format", &image::disk_format},
    {"container_format", &image::container_format},
    {"checksum", &image::checksum},
    {"os_hash_algo", &image::os_hash_algo},
    {"os_hash_value", &image::os_hash_value},
};

// Glance's check from before it had roles: whose image it is (contract 3.3).
bool changes_image(action asked) {
    constexpr std::array<action, 6> checked = {"modify_image", "delete_image",
                                               "upload_image", "deactivate",
                                               "reactivate",   "delete_image_location"};
    return std::ranges::find(checked, asked) != checked.end();
}

task<> enforce_visibility_rule(const permissions& rules, const request_context& caller,
                               const policy_target& target, image_visibility wanted) {
    if (wanted == image_visibility::public_)
        co_await rules.enforce("publicize_image", target, caller);
    if (wanted == image_visibility::community)
        co_await rules.enforce("communitize_image", target, caller);
}

boost::json::value json_of(const std::optional<std::string>& text) {
    if (!text) return nullptr;
    return boost::json::string(*text);
}

boost::json::value json_of(std::optional<std::int64_t> number) {
    if (!number) return nullptr;
    return *number;
}

boost::json::value json_of(timestamp when) {
    std::string text;
    append_time(text, when);
    return boost::json::string(text);
}

[[noreturn]] void refuse_owner(const std::optional<std::string>& owner, layout how) {
    throw problem(reason::forbidden,
                  fmt::format("You are not permitted to create images owned by '{}'{}",
                              text_or_none(owner), how == layout::text_only ? "." : ""),
                  how);
}

}  // namespace

bool image_target::found_as_member() const {
    return image_.visibility == image_visibility::shared && image_.owner != caller_.project_id;
}

std::optional<std::string_view> image_target::find(std::string_view name,
                                                   std::string& scratch) const {
    for (const auto& each : texts)
        if (each.name == name) return text_or_none(image_.*each.value);
    if (name == "visibility") return to_string(image_.visibility);
    if (name == "member_id" || name == "member")
        return found_as_member() ? text_or_none(caller_.project_id) : "None";
    if (name == "id" || name == "image_id") return image_.id;
    if (name == "status") return to_string(image_.status);
    if (name == "protected") return image_.is_protected ? "True" : "False";
    if (name == "os_hidden") return image_.hidden ? "True" : "False";
    if (name == "created_at" || name == "updated_at" || name == "tags" || name == "locations")
        return std::nullopt;
    if (const auto text = number(name, scratch)) return text;
    return extra_property(name);
}

std::optional<std::string_view> image_target::number(std::string_view name,
                                                     std::string& scratch) const {
    std::optional<std::int64_t> value;
    if (name == "size") {
        value = image_.size_bytes;
    } else if (name == "virtual_size") {
        value = image_.virtual_size_bytes;
    } else if (name == "min_disk") {
        value = image_.min_disk_gb;
    } else if (name == "min_ram") {
        value = image_.min_ram_mb;
    } else {
        return std::nullopt;
    }
    scratch = value ? std::to_string(*value) : "None";
    return scratch;
}

std::optional<std::string_view> image_target::extra_property(std::string_view name) const {
    const auto found = std::ranges::find(image_.properties, name, &image_property::name);
    if (found == image_.properties.end()) return std::nullopt;
    return text_or_none(found->value);
}

boost::json::object image_target::to_json() const {
    boost::json::object made, extra;
    for (const auto& each : texts) made[each.name] = json_of(image_.*each.value);
    for (const auto& each : image_.properties) extra[each.name] = json_of(each.value);
    boost::json::array tags;
    for (const auto& each : image_.tags) tags.emplace_back(each);
    made["image_id"] = image_.id;
    made["status"] = to_string(image_.status);
    made["visibility"] = to_string(image_.visibility);
    made["member"] = found_as_member() ? json_of(caller_.project_id) : nullptr;
    made["protected"] = image_.is_protected;
    made["os_hidden"] = image_.hidden;
    made["min_ram"] = image_.min_ram_mb;
    made["min_disk"] = image_.min_disk_gb;
    made["size"] = json_of(image_.size_bytes);
    made["virtual_size"] = json_of(image_.virtual_size_bytes);
    made["created_at"] = json_of(image_.created_at);
    made["updated_at"] = json_of(image_.updated_at);
    made["tags"] = std::move(tags);
    made["extra_properties"] = std::move(extra);
    return made;
}

task<> image_policy::enforce(action asked) const {
    if (!co_await allows(asked)) {
        if (!co_await allows("get_image")) refuse_unknown_image(image_.id);
        refuse(asked);
    }
    if (!rules_.table().checks_owners() || caller_.is_admin || !changes_image(asked)) co_return;
    if (!image_.owner || image_.owner != caller_.project_id)
        throw problem(reason::forbidden, "You do not own this image");
}

task<> image_policy::enforce_visibility(image_visibility wanted) const {
    co_await enforce_visibility_rule(rules_, caller_, target_, wanted);
    co_await enforce_change();
}

task<> enforce_create(const permissions& rules, const request_context& caller,
                      const std::optional<std::string>& owner, image_visibility visibility) {
    const std::array<target_attribute, 3> attributes = {
        {{"project_id", owner}, {"owner", owner}, {"visibility", to_string(visibility)}}};
    const attribute_target target(attributes);
    const bool is_own = owner == caller.project_id;
    if (!co_await rules.allows("add_image", target, caller)) {
        if (!is_own) refuse_owner(owner, layout::sentence_first);
        refuse("add_image");
    }
    co_await enforce_visibility_rule(rules, caller, target, visibility);
    if (rules.table().checks_owners() && !caller.is_admin && !is_own)
        refuse_owner(owner, layout::text_only);
}

void refuse_unknown_image(std::string_view id) {
    throw problem(reason::not_found, fmt::format("No image found with ID {}", id));
}

}  // namespace glimt
