// SPDX-License-Identifier: Apache-2.0
#include "catalog/schema.hpp"

#include "catalog/sqlite_connection.hpp"
#include "core/problem.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace glimt {
namespace {

// While a cloud is upgraded there are two rows: expanded, and not yet contracted (contract 4.1).
constexpr std::array<std::string_view, 6> known_revisions{"wallaby_expand01", "wallaby_contract01",
                                                          "2023_1_expand01",  "2023_1_contract01",
                                                          "2024_1_expand01",  "2024_1_contract01"};

sql_result ask(sqlite_connection& on, std::string text) {
    sql_result answer;
    const sql_statement statement{std::move(text), {}};
    if (on.execute(statement, answer) == sqlite_connection::outcome::busy)
        throw problem(reason::unavailable, "The database is locked.");
    return answer;
}

std::vector<std::string> first_column(const sql_result& answer) {
    std::vector<std::string> texts;
    for (const sql_row& row : answer.rows) texts.push_back(text_in(row[0]).value_or(""));
    return texts;
}

// One process at a time: the second one finds what the first has made.
void create_schema(sqlite_connection& on) {
    ask(on, "BEGIN IMMEDIATE");
    const auto tables = ask(on, "SELECT name FROM sqlite_master WHERE type = 'table'");
    if (tables.rows.empty()) on.execute_all(std::string(sqlite_schema()));
    ask(on, "COMMIT");
}

}  // namespace

std::string schema_refusal(std::span<const std::string> found) {
    const auto is_known = [](const std::string& revision) {
        return std::ranges::find(known_revisions, revision) != known_revisions.end();
    };
    if (!found.empty() && std::ranges::all_of(found, is_known)) return {};
    return fmt::format(
        "The database has the schema revision {}, and glimt knows {}. Upgrade it "
        "with glance-manage db_sync, or use a glimt that knows it.",
        found.empty() ? "(none)" : fmt::format("{}", fmt::join(found, ", ")),
        fmt::join(known_revisions, ", "));
}

void open_schema(sqlite_connection& on, bool create) {
    const std::string list = "SELECT name FROM sqlite_master WHERE type = 'table'";
    auto tables = first_column(ask(on, list));
    if (tables.empty() && create) {
        create_schema(on);
        tables = first_column(ask(on, list));
    }
    if (tables.empty())
        throw problem(reason::unavailable,
                      "The database is empty: `glimt db sync` makes Glance's tables in it.");
    if (std::ranges::find(tables, "alembic_version") == tables.end())
        throw problem(reason::unavailable,
                      "The database holds tables, but no alembic_version: it is not Glance's.");
    const auto found = first_column(ask(on, "SELECT version_num FROM alembic_version"));
    const std::string refusal = schema_refusal(found);
    if (!refusal.empty()) throw problem(reason::unavailable, refusal);
}

}  // namespace glimt
