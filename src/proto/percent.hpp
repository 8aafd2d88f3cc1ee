// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// The text with every percent-encoded octet replaced by the octet (RFC 3986 2.1). Nothing else is
// changed: '+' stays '+', and the result may be any bytes, NUL among them. Nothing when a '%' is
// not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace glimt
