// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/sqlite_connection.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace glimt {

// A job on its way to a thread and back.
class sqlite_work {
public:
    sqlite_work(std::shared_ptr<sql_job> job, sql_access how) : job_(std::move(job)), how_(how) {}
    sqlite_work(const sqlite_work&) = delete;
    sqlite_work& operator=(const sqlite_work&) = delete;
    virtual ~sqlite_work() = default;

    // Nobody waits any more: it need not be begun, and what has begun may stop. Any thread.
    void give_up() noexcept { given_up_.store(true, std::memory_order_relaxed); }

protected:
    // On the thread that ran it, as the last thing that the thread does with it.
    virtual void ended(std::shared_ptr<sqlite_work> self, std::exception_ptr failure) noexcept = 0;

private:
    friend class sqlite_threads;
    std::shared_ptr<sql_job> job_;
    sql_access how_;
    std::atomic<bool> given_up_{false};
};

// Threads that run jobs in the order they come, each with a connection of its own. They are not
// shards: what they wait for is the disk and other processes.
class sqlite_threads {
public:
    // `count` threads. Throws problem(reason::unavailable) when a connection cannot be made.
    sqlite_threads(const sqlite_options& with, std::size_t count);
    sqlite_threads(const sqlite_threads&) = delete;
    sqlite_threads& operator=(const sqlite_threads&) = delete;
    ~sqlite_threads();  // nobody waits for anything here any more

    // Any thread. Never waits; who puts sees to it that there is a bound.
    void put(std::shared_ptr<sqlite_work> work);

    // The connection of the only thread, before the first put(): to make a schema.
    sqlite_connection& first() noexcept { return *connections_.front(); }

private:
    void run(sqlite_connection& on);
    std::shared_ptr<sqlite_work> take();

    std::vector<std::unique_ptr<sqlite_connection>> connections_;
    std::vector<std::thread> threads_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::shared_ptr<sqlite_work>> waiting_;  // under the mutex, and so is:
    bool leaving_ = false;
};

}  // namespace glimt
