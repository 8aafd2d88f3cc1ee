// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace glimt {

// Whether the bytes are well-formed UTF-8 (RFC 3629 4): no overlong forms, no surrogates, nothing
// above U+10FFFF. NUL is a character.
bool is_utf8(std::string_view bytes) noexcept;

}  // namespace glimt
