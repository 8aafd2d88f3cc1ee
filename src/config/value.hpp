// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/listen_address.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glimt {

enum class loop_choice : std::uint8_t { automatic, uring, epoll };

// Text pairs in the order they were written, as in "fast:rbd,slow:file". Names are unique.
using dictionary = std::vector<std::pair<std::string, std::string>>;

// Text to value, as oslo.config's types read it (types.py of 9.0). Each read_ function returns what
// is wrong with the text, or an empty string once `into` is set. A complaint never quotes the text:
// it may be a secret.

// Case-insensitively true, 1, on, yes or false, 0, off, no.
std::string read_boolean(std::string_view text, bool& into);

// Python's int(): a sign, white space around and single '_' between digits are allowed. Blank text
// is oslo's None: no value.
std::string read_integer(std::string_view text, std::optional<std::int64_t>& into);

// Python's float(); blank as above.
std::string read_real(std::string_view text, std::optional<double>& into);

// Items between commas, stripped; commas at the end do not count, other empty items do.
std::string read_list(std::string_view text, std::vector<std::string>& into);

// name:value between commas. A comma before a part without ':' belongs to a name, as in oslo.
std::string read_dictionary(std::string_view text, dictionary& into);

// "10", "10B", "10KB", "10MB", "10GB" or "10TB", in powers of 1024 (contract 2.1); nothing for
// anything else, and for what is beyond 2^63.
std::optional<std::uint64_t> read_byte_count(std::string_view text);

// What a number must lie in, both ends included.
struct limits {
    std::int64_t min = 0;
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

// One overload per type a field of settings has. Blank numbers leave `into` as it is: its default.
std::string read_value(std::string_view text, limits, std::string& into);
std::string read_value(std::string_view text, limits, bool& into);
std::string read_value(std::string_view text, limits, std::uint16_t& into);
std::string read_value(std::string_view text, limits, std::uint32_t& into);
std::string read_value(std::string_view text, limits, std::uint64_t& into);
std::string read_value(std::string_view text, limits, std::int64_t& into);
std::string read_value(std::string_view text, limits, std::chrono::milliseconds& into);  // seconds
std::string read_value(std::string_view text, limits, loop_choice& into);
std::string read_value(std::string_view text, limits, dictionary& into);
// Brackets around the list do not belong to it (oslo's bounds=True, as enabled_import_methods).
std::string read_value(std::string_view text, limits, std::vector<std::string>& into);
std::string read_value(std::string_view text, limits, std::vector<std::uint16_t>& into);  // as well
std::string read_value(std::string_view text, limits, std::vector<listen_address>& into);

// The text that reads back as the same value.
std::string to_text(const std::string& value);
std::string to_text(bool value);
template <std::integral Number>  // bool has its own
std::string to_text(Number value) {
    return std::to_string(value);
}
std::string to_text(std::chrono::milliseconds value);
std::string to_text(loop_choice value);
std::string to_text(const dictionary& value);
std::string to_text(const std::vector<std::string>& value);
std::string to_text(const std::vector<std::uint16_t>& value);
std::string to_text(const std::vector<listen_address>& value);

// How oslo.config would print the value in place of $name: Python's str().
enum class value_kind : std::uint8_t { text, boolean, integer, real, seconds, compound };
std::string canonical_text(value_kind, std::string_view text, std::string& complaint);

}  // namespace glimt
