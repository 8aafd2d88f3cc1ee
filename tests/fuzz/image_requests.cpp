// SPDX-License-Identifier: Apache-2.0
// Any bytes as the body of a POST or PATCH of an image, of a member, or as the query of a list. The
// first byte says which. What is refused is refused by a problem in well-formed words; what is
// taken is an image that can be shown.
#include "api/list_parameters.hpp"
#include "core/problem.hpp"
#include "image/image_input.hpp"
#include "image/image_json.hpp"
#include "image/image_patch.hpp"
#include "image/member_input.hpp"
#include "image/request_json.hpp"
#include "proto/query.hpp"
#include "proto/utf8.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace glimt;

// Kept in every kind of build, unlike assert().
void require(bool truth) {
    if (!truth) std::abort();
}

const image_schema& schema() {
    static std::vector<std::string> errors;
    static const image_schema made({}, errors);
    return made;
}

// Shown it is JSON again, in UTF-8.
void require_shown(const image& made) {
    std::string text;
    append_image(text, made, {.viewer_is_admin = true});
    boost::json::error_code ec;
    boost::json::parse_options options;
    options.max_depth = 64;
    const auto again = boost::json::parse(text, ec, {}, options);
    require(!ec && again.is_object() && is_utf8(text));
}

void create(std::string_view body) {
    require_shown(make_image(read_image(parse_request_json(body), schema()), {}));
}

void change(std::string_view body, patch_media media) {
    const auto changes = read_patch(parse_request_json(body), media, schema());
    const patch_rules rules{.media = media, .viewer_is_admin = true, .locations_are_shown = true};
    patched_image to;
    to.value.properties = {{"a", "b"}, {"c", std::nullopt}};
    image_location at;
    at.id = 1;
    at.url = "file:///x";
    to.value.locations = {at};
    const image before = to.value;
    for (const image_change& each : changes) {
        (void)permission_for(each, rules);
        apply(each, rules, to);
    }
    check_patched(before, to.value, rules);
    require_shown(to.value);
}

void list(std::string_view query) {
    const auto parameters = query_parameters::parse(query);
    if (!parameters) return;
    const image_query read = read_image_query(*parameters, {});
    require(read.limit <= 1000);
    require(is_utf8(query_without_marker(*parameters)));
}

void member(std::string_view body) {
    const boost::json::value parsed = parse_request_json(body);
    require(!read_new_member(parsed).empty());
}

void answer(std::uint8_t kind, std::string_view input) {
    switch (kind % 5) {
        case 0: return create(input);
        case 1: return change(input, patch_media::v2_1);
        case 2: return change(input, patch_media::v2_0);
        case 3: return list(input);
        default: return member(input);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    try {
        answer(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
    } catch (const problem& refused) {
        require(is_utf8(refused.detail()));
    }
    return 0;
}
