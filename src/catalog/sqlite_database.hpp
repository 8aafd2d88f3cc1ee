// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/sql_database.hpp"
#include "catalog/sqlite_connection.hpp"
#include "catalog/sqlite_presence.hpp"
#include "catalog/sqlite_threads.hpp"
#include "core/event.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// The file that SQLAlchemy's URL of an SQLite database names (contract 2.2): "sqlite:///relative",
// "sqlite:////absolute", and "" for "sqlite://" and "sqlite:///:memory:". Nothing for the URL of
// anything else.
std::optional<std::string> sqlite_path_of(std::string_view url);

// The threads of the process that read and write one SQLite database. Outlives the shards.
class sqlite_pool {
public:
    // Opens the database; with `create`, makes Glance's schema in one that is empty. Throws
    // problem(reason::unavailable) with a sentence for the operator when it cannot be opened, or
    // holds another schema than Glance's (schema.hpp).
    sqlite_pool(const sqlite_options& with, bool create);

    const sqlite_options& options() const noexcept { return options_; }
    const sqlite_presence& presence() const noexcept { return presence_; }
    sqlite_threads& writer() noexcept { return writer_; }
    // A database in memory has one connection: what is written is read there.
    sqlite_threads& readers() noexcept { return readers_ ? *readers_ : writer_; }

private:
    sqlite_options options_;
    sqlite_presence presence_;
    sqlite_threads writer_;
    std::unique_ptr<sqlite_threads> readers_;
};

// A shard's way to the database. Rows by key are read on the shard itself: in WAL mode a reader
// waits for nobody, and the way to a thread and back costs as much again as the read (measured: 19
// and 27-34 us of CPU a show). Should it have to wait all the same (another process recovers the
// file), a thread does.
class sqlite_database final : public sql_database {
public:
    sqlite_database(ring_context& home, sqlite_pool& pool);

    task<> run(std::shared_ptr<sql_job> job, sql_access how) override;
    const std::string& process() const noexcept override { return pool_.presence().name(); }
    task<bool> is_alive(std::string process) override;

private:
    // What this shard has under way of one kind. Shared with the work, which may end after us.
    struct lane {
        explicit lane(ring_context& home) : room(home) {}
        event room;
        std::size_t under_way = 0;
    };
    class shard_work;

    bool run_here(sql_job& job);

    ring_context& home_;
    sqlite_pool& pool_;
    std::unique_ptr<sqlite_connection> here_;  // none for a database in memory
    std::shared_ptr<lane> reads_, writes_;
};

}  // namespace glimt
