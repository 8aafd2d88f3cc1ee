// SPDX-License-Identifier: Apache-2.0
#include "image/image.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace glimt {

namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 9> status_names = {
    "queued",    "saving",    "active",         "killed",      "deleted",
    "uploading", "importing", "pending_delete", "deactivated",
};
constexpr std::array<std::string_view, 4> visibility_names = {"community", "public", "private",
                                                              "shared"};
constexpr std::array<std::string_view, 3> member_status_names = {"pending", "accepted", "rejected"};

template <class Enumeration>
std::optional<Enumeration> named(std::span<const std::string_view> names, std::string_view text) {
    const auto found = std::ranges::find(names, text);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enumeration>(found - names.begin());
}

struct transition {
    image_status from, to;
};

constexpr transition transitions[] = {
    {image_status::queued, image_status::saving},
    {image_status::queued, image_status::uploading},
    {image_status::queued, image_status::importing},
    {image_status::queued, image_status::active},
    {image_status::queued, image_status::deleted},
    {image_status::saving, image_status::active},
    {image_status::saving, image_status::killed},
    {image_status::saving, image_status::deleted},
    {image_status::saving, image_status::queued},
    {image_status::uploading, image_status::importing},
    {image_status::uploading, image_status::queued},
    {image_status::uploading, image_status::deleted},
    {image_status::importing, image_status::active},
    {image_status::importing, image_status::deleted},
    {image_status::importing, image_status::queued},
    {image_status::active, image_status::pending_delete},
    {image_status::active, image_status::deleted},
    {image_status::active, image_status::deactivated},
    {image_status::deactivated, image_status::active},
    {image_status::deactivated, image_status::deleted},
    {image_status::killed, image_status::deleted},
    {image_status::pending_delete, image_status::deleted},
    {image_status::pending_delete, image_status::active},
};

}  // namespace

std::string_view to_string(image_status status) noexcept {
    return status_names[static_cast<std::size_t>(status)];
}
std::string_view to_string(image_visibility visibility) noexcept {
    return visibility_names[static_cast<std::size_t>(visibility)];
}
std::string_view to_string(member_status status) noexcept {
    return member_status_names[static_cast<std::size_t>(status)];
}

std::optional<image_status> image_status_of(std::string_view text) noexcept {
    return named<image_status>(status_names, text);
}
std::optional<image_visibility> image_visibility_of(std::string_view text) noexcept {
    return named<image_visibility>(visibility_names, text);
}
std::optional<member_status> member_status_of(std::string_view text) noexcept {
    return named<member_status>(member_status_names, text);
}

bool may_become(image_status from, image_status to) noexcept {
    return std::ranges::any_of(
        transitions, [&](const transition& each) { return each.from == from && each.to == to; });
}

}  // namespace glimt
