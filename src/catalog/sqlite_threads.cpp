// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite_threads.hpp"

#include "core/problem.hpp"
#include "core/without_signals.hpp"

#include <cassert>

namespace glimt {
namespace {

std::exception_ptr locked() {
    return std::make_exception_ptr(problem(reason::unavailable, "The database is locked."));
}

}  // namespace

sqlite_threads::sqlite_threads(const sqlite_options& with, std::size_t count) {
    assert(count > 0);
    for (std::size_t i = 0; i < count; ++i)
        connections_.push_back(std::make_unique<sqlite_connection>(with));
    const without_signals undisturbed;
    for (auto& connection : connections_)
        threads_.emplace_back([this, on = connection.get()] { run(*on); });
}

sqlite_threads::~sqlite_threads() {
    {
        const std::lock_guard lock(mutex_);
        assert(waiting_.empty());
        leaving_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void sqlite_threads::put(std::shared_ptr<sqlite_work> work) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(work));
    }
    changed_.notify_one();
}

std::shared_ptr<sqlite_work> sqlite_threads::take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return leaving_ || !waiting_.empty(); });
    if (waiting_.empty()) return nullptr;
    auto work = std::move(waiting_.front());
    waiting_.pop_front();
    return work;
}

void sqlite_threads::run(sqlite_connection& on) {
    while (auto work = take()) {
        std::exception_ptr failure;
        try {
            if (!work->given_up_.load(std::memory_order_relaxed)) {
                on.give_up_when(&work->given_up_);
                const auto end = run_transaction(on, *work->job_, work->how_, work->given_up_);
                if (end != transaction_end::ended) failure = locked();
            }
        } catch (...) {
            failure = std::current_exception();
        }
        on.give_up_when(nullptr);
        sqlite_work& last = *work;
        last.ended(std::move(work), std::move(failure));
    }
}

}  // namespace glimt
