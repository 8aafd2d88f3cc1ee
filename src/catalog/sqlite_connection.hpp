// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/kept_answers.hpp"
#include "catalog/sql.hpp"
#include "catalog/sql_database.hpp"
#include "core/log.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace glimt {

struct sqlite_options {
    std::string path;         // empty: a database in memory, which ends with its connection
    bool synchronous = true;  // oslo.db's sqlite_synchronous: a commit survives a power loss
    // How long to wait for another process that is writing; none: never.
    std::chrono::milliseconds patience{5000};
    // Where it is told what is the matter with the file, which is not for clients. Outlives us.
    log* journal = nullptr;
};

// One connection to an SQLite database, in WAL mode: readers see the last commit and wait for
// nobody, one writer at a time. For one thread at a time.
class sqlite_connection {
public:
    // Opens the file, and makes it when there is none. Throws problem(reason::unavailable).
    explicit sqlite_connection(const sqlite_options& with);
    sqlite_connection(const sqlite_connection&) = delete;
    sqlite_connection& operator=(const sqlite_connection&) = delete;
    ~sqlite_connection();

    enum class outcome : std::uint8_t { done, busy };

    // Executes one statement. A duplicate key is part of the result. Throws
    // problem(reason::unavailable) for whatever is the matter with the file, and
    // std::runtime_error, our fault, for a statement that is wrong.
    outcome execute(const sql_statement& statement, sql_result& result);

    // Begins a transaction's reads: `read` answers for the database as it is now.
    outcome begin_reading();

    // Executes a statement that changes nothing, or says what it was answered before when the
    // database has not changed since. Within one transaction, behind begin_reading(). Throws as
    // execute does.
    outcome read(const sql_statement& statement, sql_result& result);

    // A transaction will write: what was read is no longer sure.
    void begin_writing() noexcept { answers_.forget(); }

    // Executes statements without values, separated by semicolons: a schema.
    outcome execute_all(const std::string& statements);

    // From now on nothing waits for another process: it is busy at once.
    void never_wait() noexcept { patience_ = std::chrono::milliseconds(0); }

    // Ends a wait for another process, and the wait only, once this says so; nullptr: never.
    void give_up_when(const std::atomic<bool>* given_up) noexcept { given_up_ = given_up; }

private:
    struct closer {
        void operator()(sqlite3* connection) const noexcept;
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    using prepared = std::unique_ptr<sqlite3_stmt, closer>;

    outcome run(sqlite3_stmt* prepared, const std::vector<sql_value>& values, sql_result& result);
    static int wait_while_busy(void* self, int waited_before);
    sqlite3_stmt* prepare(const std::string& text, int& code);
    outcome judge(int code);
    std::string said() const;

    std::unique_ptr<sqlite3, closer> connection_;
    std::unordered_map<std::string, prepared> prepared_;
    kept_answers answers_;
    std::chrono::milliseconds patience_;
    log* journal_;
    bool opened_ = false;  // until then who hears of a problem is the operator
    const std::atomic<bool>* given_up_ = nullptr;
};

enum class transaction_end : std::uint8_t { ended, busy, given_up };

// Runs the job in one transaction. Unless it `ended`, nothing was changed and the job can be run
// again. Throws what the job throws and what execute() throws, when it has rolled back.
transaction_end run_transaction(sqlite_connection& on, sql_job& job, sql_access how,
                                const std::atomic<bool>& given_up);

}  // namespace glimt
