// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/completion.hpp"
#include "core/ring.hpp"

#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace glimt {

namespace asio = boost::asio;

// What a provided buffer holds while it waits to be consumed, and which one its receiver got next.
struct received_piece {
    std::uint32_t begin, end;
    std::uint16_t next;
};

// The loop of one shard: a ring and whatever waits on it, as an Asio execution context. co_spawn,
// awaitable, cancellation slots, channels and parallel groups run on it unchanged; there is no
// io_context and no reactor underneath (design.md 2 has the measurements).
//
// Life: made on any thread, then run() by one, always the same. It is never stopped: run() returns
// when no operation is in flight, nothing is posted and no executor tracks work.
//
// Completion handlers run on the thread in run() and do not throw.
class ring_context : public asio::execution_context {
public:
    class executor_type;
    using clock = std::chrono::steady_clock;

    // Told how long one turn kept the loop busy, when that was too long (see watch_for_stalls).
    using stall_handler = void (*)(void* context, std::chrono::milliseconds blocked);

    explicit ring_context(std::unique_ptr<ring> below);
    ~ring_context();

    executor_type get_executor() noexcept;

    // Runs handlers until there is nothing left to wait for.
    void run();

    // Whether the calling thread is inside this context's run().
    bool in_loop() const noexcept;

    // When the present turn began: a clock that costs nothing to read. Loop only.
    clock::time_point now() const noexcept { return now_; }

    const ring& below() const noexcept { return *ring_; }

    // --- for operations; loop only ---------------------------------------------------------------

    // A submission entry whose completion is told to `who`; the loop stays until it was.
    io_uring_sqe* entry(completion& who);

    // The same without keeping the loop: for what waits as long as the process lives.
    io_uring_sqe* background_entry(completion& who);

    // Asks for the end of the operation that tells `who`, which then completes with -ECANCELED, or
    // with what it had become before.
    void cancel(completion& who);

    // Submits what was prepared so far instead of at the end of the turn: after a cancel, for a
    // descriptor that somebody else is about to close.
    void submit() { ring_->submit(); }

    // Completes `who` in one of the next turns, not before the caller has returned.
    void complete_soon(completion& who, int result);

    // Buffers that multishot receives are filled from; see receiver. `count` is a power of two.
    void provide_buffers(unsigned count, unsigned size);
    std::span<std::byte> buffer(std::uint16_t id) noexcept {
        return {buffers_ + std::size_t{id} * buffer_bytes_, buffer_bytes_};
    }
    received_piece& received(std::uint16_t id) noexcept { return received_[id]; }
    void give_back(std::uint16_t id) { ring_->give_back(id); }

    // --- any thread ------------------------------------------------------------------------------

    // Completes `item` on the loop. From another shard it travels by IORING_OP_MSG_RING, from any
    // other thread through a lock-free list and an eventfd. What is posted to a context that has
    // run dry is discarded with it.
    void post(completion& item);

    void work_started() noexcept { outside_work_.fetch_add(1); }
    void work_finished() noexcept;

    // Calls `handler` after every turn that took longer than `limit`. Before run().
    void watch_for_stalls(std::chrono::milliseconds limit, stall_handler handler, void* context);

private:
    // Tells a loop asleep in turn() that something was posted. Always armed, never counted.
    class wake_up final : public completion {
    public:
        explicit wake_up(ring_context& home);
        ~wake_up();
        void arm();
        void ring_bell() const noexcept;  // any thread
        void complete(int result, std::uint32_t flags) override;
        void discard() noexcept override {}

    private:
        ring_context& home_;
        int descriptor_;
        bool armed_ = false;
    };

    void deliver_all(std::span<const completion_entry> done);
    void deliver(const completion_entry& done);
    void receive_message(completion& item);
    void queue_remotely(completion& item);
    void take_remote();
    void run_ready();
    bool has_work() const noexcept;
    bool may_leave() noexcept;
    void note_stall();

    std::unique_ptr<ring> ring_;
    std::byte* buffers_ = nullptr;
    unsigned buffer_bytes_ = 0;
    std::vector<received_piece> received_;  // one of each buffer

    completion_queue ready_;
    std::size_t in_flight_ = 0;
    clock::time_point now_ = clock::now();
    wake_up wake_up_{*this};

    std::chrono::milliseconds stall_limit_{0};
    stall_handler on_stall_ = nullptr;
    void* stall_context_ = nullptr;

    // Shared with other threads: work they hold here, and what they posted (newest first).
    alignas(64) std::atomic<std::size_t> outside_work_{0};
    std::atomic<completion*> remote_{nullptr};
    std::atomic<bool> away_{true};  // nobody is in run(): only the list reaches it
};

// Runs functions on the loop. The concrete type everywhere: a type-erased one costs 10-25 %.
class ring_context::executor_type {
public:
    executor_type(ring_context& context, bool never_blocks, bool tracked) noexcept
        : context_(&context), never_blocks_(never_blocks), tracked_(tracked) {
        if (tracked_) context_->work_started();
    }
    executor_type(const executor_type& other) noexcept
        : executor_type(*other.context_, other.never_blocks_, other.tracked_) {}
    // Takes the tracked work along: asio::executor_work_guard, when it is moved, does not destroy
    // the executor that it leaves behind.
    executor_type(executor_type&& other) noexcept
        : context_(other.context_),
          never_blocks_(other.never_blocks_),
          tracked_(std::exchange(other.tracked_, false)) {}
    executor_type& operator=(const executor_type& other) noexcept {
        executor_type copy(other);
        std::swap(context_, copy.context_);
        std::swap(never_blocks_, copy.never_blocks_);
        std::swap(tracked_, copy.tracked_);
        return *this;
    }
    ~executor_type() {
        if (tracked_) context_->work_finished();
    }

    ring_context& context() const noexcept { return *context_; }
    bool running_in_this_thread() const noexcept { return context_->in_loop(); }

    template <class Function>
    void execute(Function&& function) const;

    friend bool operator==(const executor_type& a, const executor_type& b) noexcept {
        return a.context_ == b.context_ && a.never_blocks_ == b.never_blocks_ &&
               a.tracked_ == b.tracked_;
    }
    friend bool operator!=(const executor_type& a, const executor_type& b) noexcept {
        return !(a == b);
    }

    // The executor properties that Asio asks for.
    ring_context& query(asio::execution::context_t) const noexcept { return *context_; }
    static constexpr asio::execution::mapping_t query(asio::execution::mapping_t) noexcept {
        return asio::execution::mapping.thread;
    }
    asio::execution::blocking_t query(asio::execution::blocking_t) const noexcept {
        if (never_blocks_) return asio::execution::blocking.never;
        return asio::execution::blocking.possibly;
    }
    asio::execution::outstanding_work_t query(asio::execution::outstanding_work_t) const noexcept {
        if (tracked_) return asio::execution::outstanding_work.tracked;
        return asio::execution::outstanding_work.untracked;
    }
    executor_type require(asio::execution::blocking_t::never_t) const noexcept {
        return {*context_, true, tracked_};
    }
    executor_type require(asio::execution::blocking_t::possibly_t) const noexcept {
        return {*context_, false, tracked_};
    }
    executor_type require(asio::execution::outstanding_work_t::tracked_t) const noexcept {
        return {*context_, never_blocks_, true};
    }
    executor_type require(asio::execution::outstanding_work_t::untracked_t) const noexcept {
        return {*context_, never_blocks_, false};
    }

private:
    ring_context* context_;
    bool never_blocks_;
    bool tracked_;
};

namespace detail {

// A function on its way to the loop.
template <class Function>
class posted_function final : public completion {
public:
    static posted_function& make(Function&& function) {
        auto* memory = asio::recycling_allocator<posted_function>().allocate(1);
        return *new (memory) posted_function(std::move(function));
    }
    void complete(int, std::uint32_t) override {
        Function function(std::move(function_));
        discard();  // first, so that what the function posts finds the memory warm
        std::move(function)();
    }
    void discard() noexcept override {
        this->~posted_function();
        asio::recycling_allocator<posted_function>().deallocate(this, 1);
    }

private:
    explicit posted_function(Function&& function) : function_(std::move(function)) {}
    Function function_;
};

}  // namespace detail

template <class Function>
void ring_context::executor_type::execute(Function&& function) const {
    using plain = std::decay_t<Function>;
    plain owned(std::forward<Function>(function));
    if (!never_blocks_ && context_->in_loop()) {
        std::move(owned)();
        return;
    }
    context_->post(detail::posted_function<plain>::make(std::move(owned)));
}

inline ring_context::executor_type ring_context::get_executor() noexcept {
    return {*this, false, false};
}

}  // namespace glimt
