// SPDX-License-Identifier: Apache-2.0
#include "api/dispatch.hpp"
#include "api/image_answer.hpp"
#include "api/image_data.hpp"
#include "api/image_places.hpp"
#include "api/project_quota.hpp"
#include "auth/image_policy.hpp"
#include "core/problem.hpp"
#include "imports/upload.hpp"

#include <fmt/format.h>

#include <charconv>

namespace glimt {
namespace {

constexpr std::string_view octets = "application/octet-stream";

// Without its parameters, as webob's content_type.
std::string_view media_type_of(const header& type) {
    std::string_view value = type.value.substr(0, type.value.find(';'));
    while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
    return value;
}

void check_media_type(const request_head& head) {
    const header* type = head.find("content-type");
    if (type && media_type_of(*type) == octets) return;
    throw problem(reason::unsupported,
                  fmt::format("Invalid content type {}",
                              type ? media_type_of(*type) : std::string_view("None")));
}

// The size that the client says: x-openstack-image-size, else the length of the body. 0 says
// nothing, as in Glance.
std::optional<std::uint64_t> announced_size(const request_head& head) {
    std::uint64_t bytes = head.body == body_kind::length ? head.body_bytes : 0;
    if (const header* said = head.find("x-openstack-image-size")) {
        const auto text = said->value;
        const auto [stopped, ec] = std::from_chars(text.data(), text.data() + text.size(), bytes);
        constexpr std::uint64_t size_max = INT64_MAX;
        if (ec != std::errc() || stopped != text.data() + text.size() || bytes > size_max)
            throw problem(
                reason::invalid,
                fmt::format("Invalid value for header 'x-openstack-image-size': {}", text));
    }
    if (bytes == 0) return std::nullopt;
    return bytes;
}

const configured_store& store_for(const call& asked) {
    const stores& places = asked.with.places;
    const header* named = asked.head.find("x-image-meta-store");
    if (!named || !places.have_names()) return places.preferred();
    if (const auto* found = places.find(named->value)) return *found;
    throw problem(reason::invalid, fmt::format("Store for identifier {} not found", named->value));
}

// What user_storage_quota leaves to the owner (contract 7.7); nothing: there is no quota.
task<std::optional<std::uint64_t>> quota_left(const call& asked, const image& of) {
    const std::uint64_t quota = asked.with.options.user_storage_bytes;
    if (quota == 0) co_return std::nullopt;
    const image_usage used = co_await asked.with.images.usage(of.owner.value_or(""));
    const auto stored = static_cast<std::uint64_t>(std::max<std::int64_t>(used.stored_bytes, 0));
    co_return stored >= quota ? 0 : quota - stored;
}

}  // namespace

task<response> upload_data(call& asked) {
    check_media_type(asked.head);
    const auto size = announced_size(asked.head);
    refuse_read_only(asked.caller);
    const upload_limits limits = co_await limits_of_uploads(asked);
    co_await enforce_stored_bytes(asked, limits);
    const configured_store& where = store_for(asked);
    const std::string id(asked.parameter("image_id"));
    const auto found = co_await find_with_places(asked, id);
    if (!found) refuse_unknown_image(id);
    co_await image_policy(asked.rules, asked.caller, *found).enforce("upload_image");
    check_owner(asked, *found);
    co_await enforce_one_more_upload(asked, limits);
    const auto left = co_await quota_left(asked, *found);
    upload_order order{
        .queued = *found, .where = where, .body = asked.body, .bytes = size, .quota_left = left};
    co_await upload(asked.with.uploads, std::move(order));
    co_return nothing_left();
}

}  // namespace glimt
