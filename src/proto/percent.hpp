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

// Adds the text, all but RFC 3986's unreserved letters and those in `also` as "%20". Bytes stay
// bytes.
void append_percent_encoded(std::string& to, std::string_view text, std::string_view also = {});

}  // namespace glimt
