// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace glimt {

// What goes into a column: NULL, a number or a boolean (0 and 1), or text; times are text (UTC, as
// database_time.hpp writes them).
using sql_value = std::variant<std::monostate, std::int64_t, std::string>;

// What an answer has in a column. The text is the answer's: see sql_result.
using sql_cell = std::variant<std::monostate, std::int64_t, std::string_view>;

// One statement in the SQL that SQLite, MariaDB and PostgreSQL share, with `?` where the values go.
// Texts hold no value of a request, so that there are few and a driver may keep them prepared.
struct sql_statement {
    std::string text;
    std::vector<sql_value> values;
};

using sql_row = std::span<const sql_cell>;

struct sql_result {
    // Of the rows and their texts: one page has a thousand of them, and they go together. Shared by
    // copies of the answer, and never changed.
    std::shared_ptr<std::pmr::monotonic_buffer_resource> memory;
    std::vector<sql_row> rows;
    std::int64_t changed = 0;      // rows that an INSERT, UPDATE or DELETE touched
    std::int64_t inserted_id = 0;  // the `id` that the database gave to an inserted row
    bool duplicate = false;        // a unique key refused it; the transaction is rolled back
};

// Writes a statement piece by piece.
class sql_writer {
public:
    sql_writer& text(std::string_view piece) {
        statement_.text += piece;
        return *this;
    }
    sql_writer& value(sql_value bound) {
        statement_.text += '?';
        statement_.values.push_back(std::move(bound));
        return *this;
    }

    // " IN (?, ?, …)". Padded with the last one to a power of two, so that the lists of every
    // length make few different texts. Not for an empty list.
    sql_writer& in(std::span<const std::string> values);

    sql_statement take() { return std::move(statement_); }

private:
    sql_statement statement_;
};

// NULL for nothing.
sql_value sql_text(const std::optional<std::string>& value);
sql_value sql_number(const std::optional<std::int64_t>& value);

// What a cell holds, where it may hold nothing; text for a number is taken as the number that it
// says. Nothing, too, for what is of another kind.
std::optional<std::string> text_in(const sql_cell& cell);
std::optional<std::int64_t> number_in(const sql_cell& cell);

}  // namespace glimt
