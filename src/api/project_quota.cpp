// SPDX-License-Identifier: Apache-2.0
#include "api/project_quota.hpp"

#include "api/dispatch.hpp"
#include "core/problem.hpp"

#include <fmt/format.h>

#include <array>

namespace glimt {
namespace {

constexpr std::string_view size_total = "image_size_total";
constexpr std::string_view stage_total = "image_stage_total";
constexpr std::string_view count_total = "image_count_total";
constexpr std::string_view count_uploading = "image_count_uploading";

constexpr std::int64_t mebibyte = 1 << 20;

[[noreturn]] void refuse(const call& asked, const resource_usage& of, std::int64_t delta) {
    throw problem(
        reason::too_large,
        fmt::format("The request returned a 413 Request Entity Too Large. This generally means "
                    "that rate limiting or a quota threshold was breached.\n\nThe response body:\n"
                    "Project {} is over a limit for [Resource {} is over limit of {} due to "
                    "current usage {} and delta {}]",
                    asked.caller.project_id.value_or("None"), of.resource, *of.limit, of.used,
                    delta));
}

struct counted_resource {
    std::string_view name;
    std::int64_t (*used)(const image_usage&);
};

constexpr counted_resource images{count_total, [](const image_usage& of) { return of.images; }};
constexpr counted_resource stored_mebibytes{
    size_total, [](const image_usage& of) { return of.stored_bytes / mebibyte; }};
// Glance asks when the image is among those being uploaded already.
constexpr counted_resource uploads{count_uploading,
                                   [](const image_usage& of) { return of.uploading + 1; }};

task<> enforce(const call& asked, const counted_resource& what, resource_limit most,
               std::int64_t delta) {
    if (!most) co_return;
    const auto used = co_await asked.with.images.usage(asked.caller.project_id.value_or(""));
    const resource_usage now{what.name, what.used(used), most};
    if (now.used + delta > *most) refuse(asked, now, delta);
}

}  // namespace

task<> enforce_one_more_image(const call& asked) {
    if (!asked.with.limits) co_return;
    static constexpr std::array resources = {images.name};
    const auto limits = co_await asked.with.limits->of(asked.caller.project_id, resources);
    co_await enforce(asked, images, limits.at(0), 1);
}

task<upload_limits> limits_of_uploads(const call& asked) {
    if (!asked.with.limits) co_return upload_limits{};
    static constexpr std::array resources = {stored_mebibytes.name, uploads.name};
    const auto limits = co_await asked.with.limits->of(asked.caller.project_id, resources);
    co_return upload_limits{limits.at(0), limits.at(1)};
}

task<> enforce_stored_bytes(const call& asked, const upload_limits& limits) {
    co_await enforce(asked, stored_mebibytes, limits.stored_mebibytes, 0);
}

task<> enforce_one_more_upload(const call& asked, const upload_limits& limits) {
    co_await enforce(asked, uploads, limits.uploads, 0);
}

task<std::vector<resource_usage>> usage_of_project(const call& asked) {
    std::vector<resource_usage> all;
    if (!asked.with.limits) co_return all;
    static constexpr std::array resources = {size_total, stage_total, count_total, count_uploading};
    const auto limits = co_await asked.with.limits->of(asked.caller.project_id, resources);
    const auto used = co_await asked.with.images.usage(asked.caller.project_id.value_or(""));
    const std::array counts = {used.stored_bytes / mebibyte, used.staged_bytes / mebibyte,
                               used.images, used.uploading};
    for (std::size_t i = 0; i < resources.size(); ++i)
        all.push_back({resources[i], counts[i], limits.at(i)});
    co_return all;
}

}  // namespace glimt
