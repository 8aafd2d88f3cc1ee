// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/sql.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace glimt {

// What the reads of one connection were answered, for as long as the database stays as it was: a
// cloud asks for the same images again and again, and a page of 25 costs SQLite 0.2 ms. It cannot
// be wrong, as it is asked within a transaction, whose version of the database it is told.
class kept_answers {
public:
    // Of rows and values together; more than this, and all of it is forgotten.
    explicit kept_answers(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

    // What another version of the database answered is forgotten.
    void see_version(std::int64_t version) noexcept;
    void forget() noexcept;

    // What `statement`, which stands for a text, was answered with these values. The rows are
    // shared with whoever else was given them; the list of them is the caller's.
    std::optional<sql_result> find(const void* statement, std::span<const sql_value> values) const;

    // Keeps it, unless it would take up a good part of the room alone.
    void keep(const void* statement, std::span<const sql_value> values, const sql_result& answer);

private:
    struct question {
        const void* statement;
        std::vector<sql_value> values;
    };
    struct question_view {
        const void* statement;
        std::span<const sql_value> values;
        question_view(const void* what, std::span<const sql_value> with)
            : statement(what), values(with) {}
        question_view(const question& whole)  // NOLINT(google-explicit-constructor): to look it up
            : statement(whole.statement), values(whole.values) {}
    };
    struct hash {
        using is_transparent = void;
        std::size_t operator()(const question_view& of) const noexcept;
    };
    struct equal {
        using is_transparent = void;
        bool operator()(const question_view& a, const question_view& b) const noexcept;
    };

    std::unordered_map<question, sql_result, hash, equal> answers_;
    std::int64_t version_ = 0;
    std::size_t bytes_ = 0;
    std::size_t bytes_max_;
};

}  // namespace glimt
