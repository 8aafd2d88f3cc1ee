// SPDX-License-Identifier: Apache-2.0
#include "core/ring_context.hpp"

#include <boost/asio/detail/thread_context.hpp>
#include <boost/asio/detail/thread_info_base.hpp>
#include <boost/system/system_error.hpp>

#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <poll.h>

#include <cassert>
#include <cerrno>

namespace glimt {

namespace {

// What the low bits of an entry's user data say; completions are aligned to 8.
constexpr std::uint64_t is_operation = 0;     // a counted operation
constexpr std::uint64_t is_background = 1;    // an operation that is not counted
constexpr std::uint64_t is_message = 2;       // from another loop: run it here
constexpr std::uint64_t is_lost_message = 3;  // it could not be put into the other loop's queue
constexpr std::uint64_t kind_mask = 7;

// Completions after which what they started is submitted, although the batch goes on.
constexpr std::size_t submit_every = 16;

std::uint64_t tagged(completion& who, std::uint64_t kind) {
    return reinterpret_cast<std::uintptr_t>(&who) | kind;
}

// constinit: read on every post, so without the guard of a dynamic initialiser.
constinit thread_local ring_context* running_here = nullptr;

// Lets Asio recycle coroutine frames and handlers on this thread, as it does inside an io_context
// (10-15 % of an operation's cost). Asio 1.26 offers no public way to say so.
struct frame_recycling : asio::detail::thread_context {
    asio::detail::thread_info_base info;
    thread_call_stack::context here{this, info};
};

}  // namespace

ring_context::ring_context(std::unique_ptr<ring> below) : ring_(std::move(below)) {}

ring_context::~ring_context() {
    assert(in_flight_ == 0 && "a loop is destroyed with operations in flight");
    shutdown();
    take_remote();
    while (!ready_.empty()) ready_.pop().discard();
    destroy();
    ring_.reset();
    if (buffers_) ::munmap(buffers_, received_.size() * buffer_bytes_);
}

bool ring_context::in_loop() const noexcept { return running_here == this; }

void ring_context::run() {
    assert(!running_here && "loops do not nest");
    running_here = this;
    frame_recycling recycling;
    away_.store(false);
    wake_up_.arm();
    now_ = clock::now();
    for (;;) {
        run_ready();
        if (on_stall_) note_stall();
        const bool idle = ready_.empty();
        const bool dry = idle && !has_work();
        const auto done = ring_->turn(idle && !dry);
        now_ = clock::now();
        deliver_all(done);
        if (dry && ready_.empty() && may_leave()) break;
    }
    running_here = nullptr;
}

bool ring_context::has_work() const noexcept { return in_flight_ > 0 || outside_work_.load() > 0; }

// A sender adds its work and then looks whether we are away; we say we are away and then look for
// work. So one of us sees the other, and no message is sent to a loop that will not turn again.
bool ring_context::may_leave() noexcept {
    away_.store(true);
    if (!has_work()) return true;
    away_.store(false);
    return false;
}

void ring_context::work_finished() noexcept {
    const auto before = outside_work_.fetch_sub(1);
    if (before == 1 && !in_loop()) wake_up_.ring_bell();
}

// Only what is ready now: what these make ready waits until the ring was looked at.
void ring_context::run_ready() {
    completion_queue batch;
    batch.append(ready_);
    while (!batch.empty()) {
        completion& item = batch.pop();
        item.complete(item.result_, 0);
    }
}

// A long batch is submitted piece by piece: else every client of it waits for the last one's work,
// and then all of them want us at once.
void ring_context::deliver_all(std::span<const completion_entry> done) {
    std::size_t since = 0;
    for (const auto& each : done) {
        deliver(each);
        if (++since < submit_every) continue;
        ring_->submit();
        since = 0;
    }
}

void ring_context::deliver(const completion_entry& done) {
    auto* who = reinterpret_cast<completion*>(done.user_data & ~kind_mask);
    if (!who) return;
    switch (done.user_data & kind_mask) {
        case is_operation:
            if (!(done.flags & IORING_CQE_F_MORE)) --in_flight_;
            [[fallthrough]];
        case is_background: return who->complete(done.result, done.flags);
        case is_message: return receive_message(*who);
        case is_lost_message: return who->home_->queue_remotely(*who);
        default: assert(false && "an entry nobody made");
    }
}

io_uring_sqe* ring_context::entry(completion& who) {
    ++in_flight_;
    auto* fresh = ring_->entry();
    fresh->user_data = tagged(who, is_operation);
    return fresh;
}

io_uring_sqe* ring_context::background_entry(completion& who) {
    auto* fresh = ring_->entry();
    fresh->user_data = tagged(who, is_background);
    return fresh;
}

void ring_context::cancel(completion& who) {
    auto* fresh = ring_->entry();
    io_uring_prep_cancel64(fresh, tagged(who, is_operation), 0);
    fresh->flags |= IOSQE_CQE_SKIP_SUCCESS;
    fresh->user_data = 0;
}

void ring_context::complete_soon(completion& who, int result) {
    who.result_ = result;
    ready_.push(who);
}

void ring_context::provide_buffers(unsigned count, unsigned size) {
    assert(!buffers_);
    const std::size_t bytes = std::size_t{count} * size;
    void* memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        throw boost::system::system_error(errno, boost::system::system_category(), "mmap");
    buffers_ = static_cast<std::byte*>(memory);
    buffer_bytes_ = size;
    received_.resize(count);
    ring_->provide_buffers(buffers_, count, size);
}

void ring_context::post(completion& item) {
    if (in_loop()) return complete_soon(item, 0);
    work_started();  // until it is in our own queue
    item.result_ = 0;
    // The kernel carries the item over and orders what both sides see of it; as an atomic it says
    // so to the thread sanitizer as well, and costs nothing.
    std::atomic_ref(item.home_).store(this, std::memory_order_release);
    ring_context* from = running_here;
    if (!from || ring_->descriptor() < 0 || from->ring_->descriptor() < 0 || away_.load())
        return queue_remotely(item);
    auto* fresh = from->ring_->entry();
    io_uring_prep_msg_ring(fresh, ring_->descriptor(), 0, tagged(item, is_message), 0);
    fresh->flags |= IOSQE_CQE_SKIP_SUCCESS;
    fresh->user_data = tagged(item, is_lost_message);
}

void ring_context::receive_message(completion& item) {
    [[maybe_unused]] const auto* home = std::atomic_ref(item.home_).load(std::memory_order_acquire);
    assert(home == this);
    ready_.push(item);
    work_finished();
}

void ring_context::queue_remotely(completion& item) {
    item.next_ = remote_.load(std::memory_order_relaxed);
    while (!remote_.compare_exchange_weak(item.next_, &item, std::memory_order_release,
                                          std::memory_order_relaxed)) {
    }
    wake_up_.ring_bell();
}

void ring_context::take_remote() {
    completion* newest = remote_.exchange(nullptr, std::memory_order_acquire);
    completion* oldest = nullptr;
    while (newest) oldest = std::exchange(newest, std::exchange(newest->next_, oldest));
    while (oldest) {
        completion& item = *std::exchange(oldest, oldest->next_);
        receive_message(item);
    }
}

void ring_context::watch_for_stalls(std::chrono::milliseconds limit, stall_handler handler,
                                    void* context) {
    stall_limit_ = limit;
    on_stall_ = handler;
    stall_context_ = context;
}

void ring_context::note_stall() {
    const auto busy = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - now_);
    if (busy > stall_limit_) on_stall_(stall_context_, busy);
}

// --- wake_up -------------------------------------------------------------------------------------

ring_context::wake_up::wake_up(ring_context& home)
    : home_(home), descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0)
        throw boost::system::system_error(errno, boost::system::system_category(), "eventfd");
}

ring_context::wake_up::~wake_up() { ::close(descriptor_); }

void ring_context::wake_up::arm() {
    if (std::exchange(armed_, true)) return;
    io_uring_prep_poll_add(home_.background_entry(*this), descriptor_, POLLIN);
}

void ring_context::wake_up::ring_bell() const noexcept {
    const std::uint64_t one = 1;
    // A full counter (EAGAIN) has rung long ago.
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void ring_context::wake_up::complete(int, std::uint32_t) {
    std::uint64_t rings = 0;
    [[maybe_unused]] const auto got = ::read(descriptor_, &rings, sizeof rings);
    armed_ = false;
    arm();  // before looking, so that what comes after the look rings again
    home_.take_remote();
}

}  // namespace glimt
