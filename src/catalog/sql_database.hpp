// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/sql_script.hpp"
#include "core/task.hpp"

#include <memory>
#include <string>

namespace glimt {

// What a transaction needs. A point read finds a handful of rows by key, and may run where it was
// asked for.
enum class sql_access : std::uint8_t { point_read, read, write };

// A script with what it works on, on its way to the database. It owns all of that: who asked may be
// gone before it has run.
class sql_job {
public:
    sql_job() = default;
    sql_job(const sql_job&) = delete;
    sql_job& operator=(const sql_job&) = delete;
    virtual ~sql_job() = default;

    // The first statement, or nothing when there is none. Again after a transaction that has to be
    // repeated from its beginning.
    virtual const sql_statement* begin() = 0;

    // Hands in what came of the last one and says the next, or nothing when it is the end.
    virtual const sql_statement* next(sql_result answer) = 0;
};

// A database that runs scripts, each in one transaction: the seam between what Glance's tables mean
// and who keeps them. One instance for each shard; loop only.
class sql_database {
public:
    virtual ~sql_database() = default;

    // Completes when the transaction was committed, and is durable as configured. A script that met
    // a duplicate key, or throws, is rolled back. Cancellation ends the wait at once with
    // operation_aborted, and then a transaction that has begun may still be committed.
    // Throws problem(reason::unavailable) when the database is lost or locked for too long.
    virtual task<> run(std::shared_ptr<sql_job> job, sql_access how) = 0;

    // Every process that uses the database has a name there, which no other ever had and which the
    // database itself forgets when the process is gone, however it went.
    virtual const std::string& process() const noexcept = 0;
    virtual task<bool> is_alive(std::string process) = 0;
};

namespace detail {

template <class Make, class T>
class made_job : public sql_job {
public:
    explicit made_job(Make&& make) : make_(std::move(make)) {}

    const sql_statement* begin() override {
        running_.reset();
        talk_ = {};
        running_.emplace(make_());
        running_->start(talk_);
        return talk_.asked;
    }
    const sql_statement* next(sql_result answer) override {
        talk_.answer = std::move(answer);
        running_->go_on(talk_);
        return talk_.asked;
    }
    T take() { return running_->take(); }

private:
    Make make_;
    sql_conversation talk_;
    std::optional<script<T>> running_;
};

template <class T>
T value_of(const script<T>&);  // not defined

}  // namespace detail

// Runs the script that `make` returns and says what it came to. `make` owns everything the script
// refers to.
template <class Make>
auto perform(sql_database& database, sql_access how, Make make)
    -> task<decltype(detail::value_of(make()))> {
    using value = decltype(detail::value_of(make()));
    auto job = std::make_shared<detail::made_job<Make, value>>(std::move(make));
    co_await database.run(job, how);
    co_return job->take();
}

}  // namespace glimt
