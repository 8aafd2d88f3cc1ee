// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite_connection.hpp"

#include "core/problem.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <stdexcept>
#include <type_traits>

namespace glimt {
namespace {

// More different texts than this are not kept prepared (lists with odd filters make them).
constexpr std::size_t prepared_max = 256;

// Some 15 pages of 25 images, or 300 images shown one by one; of each connection.
constexpr std::size_t answers_bytes_max = 1024 * 1024;

bool is_duplicate(int code) {
    return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
           code == SQLITE_CONSTRAINT_ROWID;
}

int bind(sqlite3_stmt* statement, int index, const sql_value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return sqlite3_bind_int64(statement, index, *number);
    // Not copied: the statement of the caller outlives the execution.
    if (const auto* text = std::get_if<std::string>(&value))
        return sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_STATIC,
                                   SQLITE_UTF8);
    return sqlite3_bind_null(statement, index);
}

sql_cell column(sqlite3_stmt* statement, int index, std::pmr::memory_resource& memory) {
    // One call for the value instead of one for each thing about it. The connection is of one
    // thread, so that nothing needs protection (sqlite.org/c3ref/value.html).
    sqlite3_value* const value = sqlite3_column_value(statement, index);
    switch (sqlite3_value_type(value)) {
        case SQLITE_NULL: return std::monostate();
        case SQLITE_INTEGER: return std::int64_t{sqlite3_value_int64(value)};
        default: {
            const auto* text = sqlite3_value_text(value);
            const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
            if (size == 0) return std::string_view();
            return std::string_view(
                static_cast<char*>(std::memcpy(memory.allocate(size, 1), text, size)), size);
        }
    }
}

void add_row(sqlite3_stmt* statement, sql_result& to) {
    constexpr std::size_t first_block = 1024;
    if (!to.memory) to.memory = std::make_shared<std::pmr::monotonic_buffer_resource>(first_block);
    const auto count = static_cast<std::size_t>(sqlite3_column_count(statement));
    // Never destroyed: a cell has nothing to let go of.
    static_assert(std::is_trivially_destructible_v<sql_cell>);
    auto* cells =
        static_cast<sql_cell*>(to.memory->allocate(count * sizeof(sql_cell), alignof(sql_cell)));
    for (std::size_t i = 0; i < count; ++i)
        std::construct_at(cells + i, column(statement, static_cast<int>(i), *to.memory));
    to.rows.emplace_back(cells, count);
}

// Rolls back what was not committed. A rollback cannot fail in a way that matters: whatever it
// says, nothing was committed.
class transaction {
public:
    explicit transaction(sqlite_connection& on) noexcept : on_(on) {}
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;
    ~transaction() {
        if (!open_) return;
        try {
            execute("ROLLBACK");
        } catch (const std::exception&) {  // it had been rolled back already
            return;
        }
    }

    sqlite_connection::outcome begin(sql_access how) {
        const bool writes = how == sql_access::write;
        if (writes) on_.begin_writing();
        const auto began = execute(writes ? "BEGIN IMMEDIATE" : "BEGIN");
        open_ = began == sqlite_connection::outcome::done;
        return open_ && !writes ? on_.begin_reading() : began;
    }
    sqlite_connection::outcome commit() {
        const auto committed = execute("COMMIT");
        if (committed == sqlite_connection::outcome::done) open_ = false;
        return committed;
    }

private:
    sqlite_connection::outcome execute(const char* text) {
        sql_result ignored;
        const sql_statement statement{text, {}};
        return on_.execute(statement, ignored);
    }

    sqlite_connection& on_;
    bool open_ = false;
};

}  // namespace

void sqlite_connection::closer::operator()(sqlite3* connection) const noexcept {
    sqlite3_close_v2(connection);
}

void sqlite_connection::closer::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

sqlite_connection::sqlite_connection(const sqlite_options& with)
    : answers_(answers_bytes_max), patience_(with.patience), journal_(with.journal) {
    // Statistics that nobody reads would make every allocation of all connections take one lock.
    // Too late, and without effect, when the process has used SQLite before us.
    [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3* opened = nullptr;
    const char* path = with.path.empty() ? ":memory:" : with.path.c_str();
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path, &opened, flags, nullptr);
    connection_.reset(opened);
    if (!opened || code != SQLITE_OK)
        throw problem(reason::unavailable, "The database " + with.path +
                                               " cannot be opened: " + sqlite3_errstr(code) + ".");
    sqlite3_extended_result_codes(opened, 1);
    sqlite3_busy_handler(opened, &sqlite_connection::wait_while_busy, this);
    // Foreign keys are not checked, as Glance does not let SQLite check them.
    const std::string pragmas = std::string(
                                    "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = OFF; "
                                    "PRAGMA synchronous = ") +
                                (with.synchronous ? "FULL" : "OFF");
    if (execute_all(pragmas) == outcome::busy)
        throw problem(reason::unavailable, "The database " + with.path + " is locked.");
    opened_ = true;
}

sqlite_connection::~sqlite_connection() = default;

// SQLite asks whether to try once more. The steps grow, so that a short lock costs little time and
// a long one few tries.
int sqlite_connection::wait_while_busy(void* self, int waited_before) {
    const auto& here = *static_cast<sqlite_connection*>(self);
    constexpr int step_max = 20;  // ms; reached after as many steps
    const int steps = std::min(waited_before, step_max);
    const int waited = steps * (steps + 1) / 2 + std::max(waited_before - step_max, 0) * step_max;
    if (waited >= here.patience_.count()) return 0;
    if (here.given_up_ && here.given_up_->load(std::memory_order_relaxed)) return 0;
    sqlite3_sleep(std::min(waited_before + 1, step_max));
    return 1;
}

sqlite3_stmt* sqlite_connection::prepare(const std::string& text, int& code) {
    const auto found = prepared_.find(text);
    if (found != prepared_.end()) return found->second.get();
    if (prepared_.size() >= prepared_max) {
        answers_.forget();
        prepared_.clear();
    }
    sqlite3_stmt* made = nullptr;
    code = sqlite3_prepare_v3(connection_.get(), text.data(), static_cast<int>(text.size()),
                              SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    if (code == SQLITE_OK) prepared_.emplace(text, made);
    return made;
}

sqlite_connection::outcome sqlite_connection::judge(int code) {
    switch (code & 0xFF) {
        case SQLITE_OK:
        case SQLITE_ROW:
        case SQLITE_DONE: return outcome::done;
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return outcome::busy;
        case SQLITE_ERROR:
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
        case SQLITE_RANGE:
        case SQLITE_MISUSE:
        case SQLITE_TOOBIG: throw std::runtime_error(said());
        default: break;
    }
    const std::string why = said();
    if (journal_) journal_->error("glimt.catalog", "{}", why);
    throw problem(reason::unavailable, opened_ ? std::string() : why);
}

std::string sqlite_connection::said() const {
    return std::string("SQLite: ") + sqlite3_errmsg(connection_.get());
}

sqlite_connection::outcome sqlite_connection::execute(const sql_statement& statement,
                                                      sql_result& result) {
    result = {};
    int code = SQLITE_OK;
    sqlite3_stmt* prepared = prepare(statement.text, code);
    if (code != SQLITE_OK) return judge(code);
    return run(prepared, statement.values, result);
}

sqlite_connection::outcome sqlite_connection::run(sqlite3_stmt* prepared,
                                                  const std::vector<sql_value>& values,
                                                  sql_result& result) {
    // Whatever happens, nothing of it stays behind: not its read lock, not our values.
    const auto done = [](sqlite3_stmt* used) {
        sqlite3_reset(used);
        sqlite3_clear_bindings(used);
    };
    const std::unique_ptr<sqlite3_stmt, decltype(done)> in_use(prepared, done);
    int code = SQLITE_OK;
    for (std::size_t i = 0; i < values.size() && code == SQLITE_OK; ++i)
        code = bind(prepared, static_cast<int>(i + 1), values[i]);
    if (code != SQLITE_OK) return judge(code);
    while ((code = sqlite3_step(prepared)) == SQLITE_ROW) add_row(prepared, result);
    if (is_duplicate(code)) {
        result.duplicate = true;
        return outcome::done;
    }
    if (code != SQLITE_DONE) return judge(code);
    result.changed = sqlite3_changes64(connection_.get());
    result.inserted_id = sqlite3_last_insert_rowid(connection_.get());
    return outcome::done;
}

// The version is that of the snapshot which this read makes the transaction's, and differs after
// every commit of another connection (sqlite.org/pragma.html#pragma_data_version).
sqlite_connection::outcome sqlite_connection::begin_reading() {
    static const sql_statement version{"PRAGMA data_version", {}};
    sql_result now;
    const outcome end = execute(version, now);
    if (end == outcome::done) answers_.see_version(number_in(now.rows.at(0)[0]).value_or(0));
    return end;
}

sqlite_connection::outcome sqlite_connection::read(const sql_statement& statement,
                                                   sql_result& result) {
    result = {};
    int code = SQLITE_OK;
    sqlite3_stmt* prepared = prepare(statement.text, code);
    if (code != SQLITE_OK) return judge(code);
    if (auto kept = answers_.find(prepared, statement.values)) {
        result = *std::move(kept);
        return outcome::done;
    }
    const outcome end = run(prepared, statement.values, result);
    if (end == outcome::done) answers_.keep(prepared, statement.values, result);
    return end;
}

sqlite_connection::outcome sqlite_connection::execute_all(const std::string& statements) {
    return judge(sqlite3_exec(connection_.get(), statements.c_str(), nullptr, nullptr, nullptr));
}

transaction_end run_transaction(sqlite_connection& on, sql_job& job, sql_access how,
                                const std::atomic<bool>& given_up) {
    using outcome = sqlite_connection::outcome;
    transaction here(on);
    if (here.begin(how) == outcome::busy) return transaction_end::busy;
    const auto ask =
        how == sql_access::write ? &sqlite_connection::execute : &sqlite_connection::read;
    bool keep = true;
    const sql_statement* asked = job.begin();
    while (asked) {
        if (given_up.load(std::memory_order_relaxed)) return transaction_end::given_up;
        sql_result answer;
        if ((on.*ask)(*asked, answer) == outcome::busy) return transaction_end::busy;
        if (answer.duplicate) keep = false;
        asked = job.next(std::move(answer));
    }
    if (!keep) return transaction_end::ended;
    return here.commit() == outcome::done ? transaction_end::ended : transaction_end::busy;
}

}  // namespace glimt
