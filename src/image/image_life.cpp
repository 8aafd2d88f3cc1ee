// SPDX-License-Identifier: Apache-2.0
#include "image/image_life.hpp"

#include "core/problem.hpp"

#include <fmt/format.h>

#include <string>

namespace glimt {
namespace {

bool is_empty(const std::optional<std::string>& text) { return !text || text->empty(); }

void check_formats(const image& of) {
    const bool no_disk = is_empty(of.disk_format), no_container = is_empty(of.container_format);
    if (!no_disk && !no_container) return;
    throw problem(reason::invalid,
                  fmt::format("{} {}{}{} must be set prior to saving data.",
                              no_disk && no_container ? "Properties" : "Property",
                              no_disk ? "disk_format" : "", no_disk && no_container ? ", " : "",
                              no_container ? "container_format" : ""));
}

bool has_no_data_yet(image_status status) {
    return status == image_status::queued || status == image_status::uploading;
}

bool receives_data(image_status status) {
    return status == image_status::saving || status == image_status::active ||
           status == image_status::importing;
}

void toggle(image& of, image_status from, image_status to, std::string_view verb) {
    if (of.status == to) return;
    if (of.status != from) {
        throw problem(reason::forbidden, fmt::format("Not allowed to {} image in status '{}'", verb,
                                                     to_string(of.status)));
    }
    become(of, to);
}

}  // namespace

void become(image& of, image_status next) {
    if (!may_become(of.status, next)) {
        throw problem(reason::conflict,
                      fmt::format("Image status transition from {} to {} is not allowed",
                                  to_string(of.status), to_string(next)));
    }
    if (has_no_data_yet(of.status) && receives_data(next)) check_formats(of);
    if (next == image_status::queued) of.size_bytes = of.virtual_size_bytes = std::nullopt;
    of.status = next;
}

void deactivate(image& of) {
    toggle(of, image_status::active, image_status::deactivated, "deactivate");
}

void reactivate(image& of) {
    toggle(of, image_status::deactivated, image_status::active, "reactivate");
}

}  // namespace glimt
