// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

class sqlite_connection;

// The revision that we create (contract 4.1). Nothing has changed in the schema since.
inline constexpr std::string_view schema_revision = "2024_1_contract01";

// Why tables that alembic marked with these revisions are not ours to use: a sentence, or nothing
// for those that we know. Older ones back to Wallaby lack only the tables of the cache, which are
// not needed here, so that a database of Debian 12's Glance is as good.
std::string schema_refusal(std::span<const std::string> found);

// The statements that make an empty SQLite database what `glance-manage db_sync` makes of it.
std::string_view sqlite_schema() noexcept;

// Checks the revision; with `create`, makes the schema in a database without any table. Throws
// problem(reason::unavailable) with a sentence for the operator.
void open_schema(sqlite_connection& on, bool create);

}  // namespace glimt
