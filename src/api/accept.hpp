// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/message.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace glimt {

// All values of the headers of that name, joined by commas as a WSGI server joins them; nothing
// when there is none. `name` in lower case.
std::optional<std::string> joined_header(const request_head& head, std::string_view name);

// Which of the offers (media types in lower case, without parameters, the preferred first) an
// Accept header likes best, by RFC 9110 12.5.1 as webob 1.8 does it: the most specific range that
// names an offer gives its quality, the first one when there are two; equal qualities go by the
// order of the offers. A header that does not follow the grammar accepts everything. Nothing when
// no offer is acceptable; an empty header accepts nothing.
std::optional<std::size_t> preferred_offer(std::string_view accept,
                                           std::span<const std::string_view> offers);

}  // namespace glimt
