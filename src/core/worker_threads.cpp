// SPDX-License-Identifier: Apache-2.0
#include "core/worker_threads.hpp"

#include "core/without_signals.hpp"

#include <pthread.h>

#include <cassert>
#include <string>

namespace glimt {

worker_threads::worker_threads(std::string_view name, std::size_t count) {
    assert(count > 0);
    const without_signals undisturbed;
    for (std::size_t i = 0; i < count; ++i) {
        threads_.emplace_back([this] {
            while (job* work = take()) work->run();
        });
        pthread_setname_np(threads_.back().native_handle(), std::string(name).c_str());
    }
}

worker_threads::~worker_threads() {
    {
        const std::lock_guard lock(mutex_);
        assert(!first_);
        leaving_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void worker_threads::put(job& work) {
    work.next_ = nullptr;
    {
        const std::lock_guard lock(mutex_);
        *end_ = &work;
        end_ = &work.next_;
    }
    changed_.notify_one();
}

worker_threads::job* worker_threads::take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return leaving_ || first_; });
    job* work = first_;
    if (!work) return nullptr;
    first_ = work->next_;
    if (!first_) end_ = &first_;
    return work;
}

}  // namespace glimt
