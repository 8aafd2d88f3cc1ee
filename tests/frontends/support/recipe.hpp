// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace glimt::testing {

// The code block below `heading` ("## " not included) of docs/operating/front-ends.md: what
// operators copy is what is tested. Fails the test when there is none.
std::string recipe(std::string_view heading);

// `text` with `to` in every place of `from`. Fails the test when there is no such place.
std::string replaced(std::string text, std::string_view from, std::string_view to);

}  // namespace glimt::testing
