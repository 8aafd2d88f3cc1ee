// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/operation.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <type_traits>
#include <vector>

namespace glimt {

// Threads beside the shards, for work that would keep a loop from its connections: it computes for
// long (hashing), or sleeps in a system call that the ring does not know (statvfs). A shard hands
// over a function and goes on; its loop is told of the end.
//
// Shared by all shards: made after their loops and destroyed before them, so that no thread still
// rings at a loop that is gone. Nothing here bounds how much waits: who hands over has one function
// under way for each of something that is bounded itself (a transfer, a request). What was handed
// over runs, whether or not somebody still wants it.
class worker_threads {
public:
    // `name` is what tools like top call them; at most 15 characters.
    worker_threads(std::string_view name, std::size_t count);
    worker_threads(const worker_threads&) = delete;
    worker_threads& operator=(const worker_threads&) = delete;
    ~worker_threads();  // nobody waits for anything here any more

    // Something to run; it lives with whoever handed it over, until its loop was told.
    class job {
    public:
        virtual void run() noexcept = 0;  // on one of the threads

    protected:
        ~job() = default;

    private:
        friend class worker_threads;
        job* next_ = nullptr;
    };

    void put(job& work);  // any thread; never waits

    std::size_t size() const noexcept { return threads_.size(); }

private:
    job* take();

    std::mutex mutex_;
    std::condition_variable changed_;
    job* first_ = nullptr;  // under the mutex, and so are these
    job** end_ = &first_;
    bool leaving_ = false;
    std::vector<std::thread> threads_;
};

namespace detail {

// A function between the loop, a thread, and the loop again. Kept by `waiting` until the end.
template <class Function>
struct worker_job final : worker_threads::job {
    worker_job(ring_context& loop, Function&& what) : home(&loop), function(std::move(what)) {}
    worker_job(worker_job&&) = default;  // before it is handed over
    // On the loop, which until then stays.
    ~worker_job() {
        if (told) home->work_finished();
    }

    void run() noexcept override {
        function();
        home->post(*told);  // the loop may destroy *this before post returns
    }

    ring_context* home;
    Function function;
    completion* told = nullptr;
};

}  // namespace detail

// Runs `function`, which throws nothing, on one of the threads; completes with (error_code), always
// none. It cannot be cancelled: whoever hands it over sees to it that it ends soon. What it refers
// to stays until it has completed.
template <class Function, class Token>
auto async_run(ring_context& home, worker_threads& on, Function function, Token&& token) {
    static_assert(std::is_nothrow_invocable_v<Function&>);
    return asio::async_initiate<Token, void(boost::system::error_code)>(
        [&home, &on](auto handler, Function work) {
            using job = detail::worker_job<Function>;
            using operation = detail::waiting<void, job, std::decay_t<decltype(handler)>>;
            auto& op = operation::make(home, job(home, std::move(work)), std::move(handler));
            op.extra.told = &op;
            home.work_started();
            on.put(op.extra);
        },
        token, std::move(function));
}

}  // namespace glimt
