// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/operation.hpp"
#include "digest/hasher.hpp"
#include "digest/kernel_choice.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace glimt {

// The process's hashing, on threads of its own so that no loop stands still for it. Streams whose
// bytes are here at the same time are hashed side by side in the lanes of a kernel, a slice at a
// time, so that one that comes later joins at the next slice; all advance at the same pace.
//
// As few threads work as that takes: a thread takes on another stream while its lanes gain by it,
// and only then is another thread woken. Streams that have no lanes have a thread each, in turn.
//
// Its threads yield: the kernel runs them when nobody else wants the core (SCHED_IDLE), so that who
// asks for little does not wait for the end of their time slice. Should that leave them next to
// nothing, as many of the usual kind take their work over for a second.
//
// The jobs of a stream are done one after the other, in the order they were put: with a second one
// here before the first has ended, its lane does not stay empty until the loop has heard of that.
//
// Shared by all shards: made after their loops and destroyed before them, so that no thread still
// rings at a loop that is gone. Bounded by those who put: there are never more jobs than buffers.
class digest_engine {
public:
    // Bytes of one stream to be hashed. It lives with whoever put it, until it was told of the end,
    // and so do its hasher and its bytes.
    class job {
    public:
        job(hasher& of, std::span<const std::byte> bytes) noexcept : of_(&of), bytes_(bytes) {}

        // On an engine's thread, which then knows nothing of the job any more.
        virtual void done() noexcept = 0;

    protected:
        job(job&&) = default;
        ~job() = default;

    private:
        friend class digest_engine;
        hasher* of_;
        std::span<const std::byte> bytes_;
        job* next_ = nullptr;
    };

    enum class manner : std::uint8_t {
        yielding,
        insisting
    };  // the latter have the usual kind only

    digest_engine(kernel_set with, std::size_t threads, manner how = manner::yielding);
    digest_engine(const digest_engine&) = delete;
    digest_engine& operator=(const digest_engine&) = delete;
    ~digest_engine();  // nobody waits for anything here any more

    void put(job& work);  // any thread; never waits

    // Whether no thread is at it; then it is the caller's again and nobody is told, but its
    // stream's digests are lost. Else it is done soon. Any thread.
    bool take_back(job& work);

    const kernel_set& kernels() const noexcept { return with_; }
    std::size_t threads() const noexcept { return thread_count_; }

private:
    class crew;
    struct worker;
    enum kind : std::uint8_t { yielding, usual };

    void work(kind own);
    bool fill(worker& self);
    void hand_over(worker& self);
    bool takes_on(const crew& lanes, const job& work) const;
    bool needs_help();
    job** next_to_begin();
    job* unlink(job** at);
    void forget(job& work);
    std::size_t& streams_like(const job& work);

    const kernel_set with_;
    const std::size_t thread_count_;  // of each kind
    const manner how_;
    std::mutex mutex_;
    std::condition_variable changed_[2];  // for threads of that kind
    job* first_ = nullptr;                // under the mutex, and so are these
    job** end_ = &first_;
    std::size_t woven_ = 0;  // streams with a job, waiting or begun
    std::size_t lone_ = 0;
    std::size_t busy_;                                     // threads that do not wait for jobs
    kind turn_;                                            // threads of that kind take jobs
    std::chrono::steady_clock::time_point pressed_until_;  // when it is that of the usual ones
    bool leaving_ = false;
    std::vector<std::thread> threads_;
};

namespace detail {

// A job between the loop, a thread, and the loop again. Kept by `waiting` until the end.
struct digest_job final : digest_engine::job {
    digest_job(ring_context& loop, hasher& of, std::span<const std::byte> bytes) noexcept
        : job(of, bytes), home(&loop) {}
    digest_job(digest_job&&) = default;  // before it is put
    // On the loop, which until then stays.
    ~digest_job() {
        if (told) home->work_finished();
    }

    void done() noexcept override { home->post(*told); }

    ring_context* home;
    completion* told = nullptr;
};

struct take_back_entry {
    digest_engine* from;
    digest_job* work;
    void operator()(asio::cancellation_type type) const {
        if (type != asio::cancellation_type::none && from->take_back(*work))
            work->home->complete_soon(*work->told, -ECANCELED);
    }
};

}  // namespace detail

// Hashes the next bytes of a stream; completes with (error_code): none, or operation_aborted when
// it was cancelled before it had begun. Once begun it ends by itself, within milliseconds. The
// hasher and the bytes stay until it has completed.
template <class Token>
auto async_hash(ring_context& home, digest_engine& on, hasher& of, std::span<const std::byte> bytes,
                Token&& token) {
    return asio::async_initiate<Token, void(boost::system::error_code)>(
        [&home, &on, &of, bytes](auto handler) {
            using operation =
                detail::waiting<void, detail::digest_job, std::decay_t<decltype(handler)>>;
            auto slot = asio::get_associated_cancellation_slot(handler);
            auto& op = operation::make(home, {home, of, bytes}, std::move(handler));
            op.extra.told = &op;
            home.work_started();
            if (slot.is_connected()) slot.template emplace<detail::take_back_entry>(&on, &op.extra);
            on.put(op.extra);
        },
        token);
}

}  // namespace glimt
