// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// The little languages inside the values of a list's filters (contract 1.8), as Glance reads them.

// "gt:2026-01-01": what stands before the first ':' and what stands behind it. A text without a
// ':', and a time as a whole, is an "eq".
struct filter_text {
    std::string_view how;
    std::string_view operand;
};
filter_text split_filter(std::string_view text);

// The values of an "in:": separated by commas, of which those between double quotes do not count.
// Throws problem(reason::invalid) for quotes that stand wrong.
std::vector<std::string> split_values(std::string_view text);

// ISO 8601 as Python's iso8601 reads it: "2026", "2026-1-2", "20260102T030405.6+01:00" and what is
// between; UTC unless it says otherwise. Digits behind the microseconds are dropped.
std::optional<timestamp> read_iso_time(std::string_view text);

// Python's int(): white space around it, a sign, and single '_' between digits. A number beyond 64
// bits is the end of the range it is beyond.
std::optional<std::int64_t> read_python_integer(std::string_view text);

}  // namespace glimt
