// SPDX-License-Identifier: Apache-2.0
#include "catalog/sql.hpp"

#include <bit>
#include <cassert>
#include <charconv>

namespace glimt {

sql_writer& sql_writer::in(std::span<const std::string> values) {
    assert(!values.empty());
    text(" IN (");
    const std::size_t padded = std::bit_ceil(values.size());
    for (std::size_t i = 0; i < padded; ++i) {
        if (i > 0) text(", ");
        value(i < values.size() ? values[i] : values.back());
    }
    return text(")");
}

sql_value sql_text(const std::optional<std::string>& value) {
    if (value) return *value;
    return std::monostate();
}

sql_value sql_number(const std::optional<std::int64_t>& value) {
    if (value) return *value;
    return std::monostate();
}

std::optional<std::string> text_in(const sql_cell& cell) {
    if (const auto* text = std::get_if<std::string_view>(&cell)) return std::string(*text);
    // SQLite keeps a number that was written into a text column by hand as a number.
    if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
    return std::nullopt;
}

std::optional<std::int64_t> number_in(const sql_cell& cell) {
    if (const auto* number = std::get_if<std::int64_t>(&cell)) return *number;
    const auto* text = std::get_if<std::string_view>(&cell);
    if (!text) return std::nullopt;
    std::int64_t number = 0;
    const char* end = text->data() + text->size();
    const auto [stop, ec] = std::from_chars(text->data(), end, number);
    if (ec != std::errc() || stop != end) return std::nullopt;
    return number;
}

}  // namespace glimt
