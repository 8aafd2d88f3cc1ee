// SPDX-License-Identifier: Apache-2.0
#include "api/conditions.hpp"
#include "api/dispatch.hpp"
#include "api/image_answer.hpp"
#include "api/image_data.hpp"
#include "api/image_places.hpp"
#include "auth/image_policy.hpp"
#include "core/problem.hpp"
#include "image/image_json.hpp"
#include "proto/ranges.hpp"
#include "store/stores.hpp"

#include <fmt/format.h>

namespace glimt {
namespace {

[[noreturn]] void refuse_range(const range_result& asked, std::uint64_t size) {
    switch (asked.error) {
        case range_error::several:
            throw problem(reason::invalid,
                          "Requests with multiple ranges are not supported in Glance. You may make "
                          "multiple single-range requests instead.");
        case range_error::malformed:
            throw problem(reason::bad_range, "Invalid Range header.", layout::sentence_first)
                .with_header("Content-Range", unsatisfied_content_range(size));
        case range_error::unsatisfiable: break;
    }
    throw problem(reason::bad_range,
                  fmt::format("Invalid start position in Range header. Start position MUST be in "
                              "the inclusive range [0, {}].",
                              static_cast<std::int64_t>(size) - 1),
                  layout::sentence_first)
        .with_header("Content-Range", unsatisfied_content_range(size));
}

// The part of the image that is asked for; nothing: all of it.
std::optional<byte_range> range_of(const call& asked, const image& of) {
    const auto size = static_cast<std::uint64_t>(of.size_bytes.value_or(0));
    const header* range = asked.head.find("range");
    const header* old = asked.head.find("content-range");
    if (!range && !old) return std::nullopt;
    if (range && !if_range_holds(asked.head, of)) return std::nullopt;
    const auto found =
        range ? parse_range(range->value, size) : parse_content_range(old->value, size);
    if (!found.range) refuse_range(found, size);
    return found.range;
}

// The first location that opens. What becomes of the answer when none does is decided by the last
// (contract 1.16).
task<opened_blob> open_data(const call& asked, const image& of, blob_range range) {
    opened_blob opened{.error = open_error::not_found, .data = nullptr};
    for (const image_location& each : of.locations) {
        const auto* place = asked.with.places.holding(each.url, store_of(each));
        if (!place) continue;
        opened = co_await place->place->open(each.url, range);
        if (opened.error == open_error::none) break;
    }
    co_return opened;
}

task<> check_downloadable(const call& asked, const image& of) {
    if (of.status == image_status::deactivated && !asked.caller.is_admin)
        throw problem(
            reason::forbidden,
            "The requested image has been deactivated. Image data download is forbidden.");
    co_await image_policy(asked.rules, asked.caller, of).enforce("download_image");
}

void check_opened(const opened_blob& opened) {
    switch (opened.error) {
        case open_error::none:
        case open_error::not_found: return;
        case open_error::unavailable:
            throw problem(reason::unavailable,
                          "Remote server where the image is present is "
                          "unavailable.");
        case open_error::unreadable: break;
    }
    throw problem(reason::internal);
}

response data_answer(const image& of, const std::optional<byte_range>& range, opened_blob opened) {
    response answer;
    answer.headers.push_back({"Content-Type", "application/octet-stream"});
    if (of.checksum) answer.headers.push_back({"Content-MD5", *of.checksum});
    if (const auto tag = entity_tag(of); !tag.empty()) answer.headers.push_back({"ETag", tag});
    answer.headers.push_back({"Accept-Ranges", "bytes"});
    answer.stream_bytes = opened.bytes;
    if (range) {
        const auto size = static_cast<std::uint64_t>(*of.size_bytes);
        answer.status = 206;
        answer.headers.push_back({"Content-Range", content_range(*range, size)});
        answer.stream_bytes = range->size();
    } else if (of.size_bytes) {
        answer.stream_bytes = static_cast<std::uint64_t>(*of.size_bytes);
    }
    answer.stream = std::move(opened.data);
    return answer;
}

}  // namespace

task<response> download_data(call& asked) {
    const std::string id(asked.parameter("image_id"));
    const auto found = co_await find_with_places(asked, id);
    if (!found) refuse_unknown_image(id);
    co_await check_downloadable(asked, *found);
    if (is_unchanged(asked.head, *found)) co_return unchanged_answer(*found);
    if (found->locations.empty()) co_return nothing_left();
    const auto range = range_of(asked, *found);
    blob_range wanted;
    if (range) wanted = {.offset = range->first, .bytes = range->size()};
    opened_blob opened = co_await open_data(asked, *found, wanted);
    check_opened(opened);
    if (opened.error == open_error::not_found) co_return nothing_left();
    co_return data_answer(*found, range, std::move(opened));
}

}  // namespace glimt
