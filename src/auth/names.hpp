// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// Between commas, stripped; empty ones too, as oslo.context has it. Of an empty text: none.
std::vector<std::string> names_of(std::string_view text);

// ASCII, as Glance has roles.
std::string lower(std::string_view text);

}  // namespace glimt
