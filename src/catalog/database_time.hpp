// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// "YYYY-MM-DD hh:mm:ss.ffffff", as SQLAlchemy writes a DateTime into SQLite (contract 4.2). Sorted
// as text it is sorted in time, which keyset paging and the comparisons rely on.
std::string to_database_time(timestamp when);

// The same, or with fewer digits of a second, or none. Nothing for any other text.
std::optional<timestamp> database_time_of(std::string_view text) noexcept;

}  // namespace glimt
