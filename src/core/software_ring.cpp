// SPDX-License-Identifier: Apache-2.0
#include "core/ring.hpp"
#include "core/software_descriptors.hpp"
#include "core/software_files.hpp"
#include "core/software_operation.hpp"
#include "core/software_sockets.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>
#include <unordered_map>
#include <utility>
#include <vector>

namespace glimt {
namespace {

// Turns that only hand out what completed at submission may follow each other this often before
// epoll and the timers are asked again: a lone connection saves a system call per request, and
// nobody starves.
constexpr int turns_unpolled_max = 4;

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
constexpr std::int64_t nanoseconds_per_millisecond = 1'000'000;

constexpr std::int64_t forever_seconds = 1'000'000'000;  // 31 years: no sum of two overflows

std::int64_t now_ns() {
    timespec now;
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * nanoseconds_per_second + now.tv_nsec;
}

struct earlier {
    bool operator()(const software_operation& a, const software_operation& b) const {
        return a.deadline_ns < b.deadline_ns;
    }
};

using software_timers =
    boost::intrusive::multiset<software_operation, boost::intrusive::compare<earlier>,
                               boost::intrusive::constant_time_size<false>>;

bool is_multishot_receive(const io_uring_sqe& entry) {
    return entry.opcode == IORING_OP_RECV && (entry.ioprio & IORING_RECV_MULTISHOT) != 0;
}

// Interprets submission entries. An entry that completes at once costs no allocation; one that has
// to wait becomes a software_operation, owned by operations_ and found there by its user data.
//
// It differs from the kernel's ring in one thing: CLOSE completes what waits on the descriptor with
// -ECANCELED, where the kernel would let it wait on.
class software_ring final : public ring {
public:
    explicit software_ring(unsigned entries);

    io_uring_sqe* entry() override;
    std::span<const completion_entry> turn(bool wait) override;
    void submit() override;
    void provide_buffers(std::byte* memory, unsigned count, unsigned size) override;
    void give_back(std::uint16_t buffer_id) override { buffers_.give_back(buffer_id); }
    int descriptor() const noexcept override { return -1; }
    std::string_view name() const noexcept override { return "epoll"; }

private:
    void start(const io_uring_sqe& entry);
    void start_on_descriptor(const io_uring_sqe& entry);
    void start_timer(const io_uring_sqe& entry);
    void cancel(const io_uring_sqe& entry);
    void close(const io_uring_sqe& entry);

    software_operation& keep(const software_operation& operation);
    void forget(software_operation& operation);
    void wait_for_descriptor(software_operation& operation);
    void hand_to_worker(software_operation& operation);
    void complete_cancelled(software_operation& operation);
    bool try_cancel(software_operation& operation);

    void poll(bool sleep);
    int sleep_ms(bool sleep) const;
    void retry(int descriptor, std::uint32_t ready);
    void continue_with(software_operation& operation, std::uint32_t ready);
    void collect_from_workers();
    void expire_timers();

    std::vector<io_uring_sqe> entries_;
    std::size_t entry_count_ = 0;
    int turns_unpolled_ = 0;

    software_completions completions_;
    software_buffers buffers_;
    std::unordered_multimap<std::uint64_t, software_operation> operations_;
    software_timers timers_;
    std::vector<int> paused_;  // descriptors where an operation used up its share of the last turn
    software_descriptors descriptors_;
    software_sockets sockets_{completions_, buffers_};
    software_files files_;  // last, so that its threads are gone before the operations are
};

software_ring::software_ring(unsigned entries) : entries_(std::max(entries, 1U)) {
    descriptors_.watch_always(files_.descriptor());
}

void software_ring::provide_buffers(std::byte* memory, unsigned count, unsigned size) {
    buffers_.provide(memory, count, size);
}

io_uring_sqe* software_ring::entry() {
    if (entry_count_ == entries_.size()) submit();
    io_uring_sqe* free = &entries_[entry_count_++];
    std::memset(free, 0, sizeof *free);
    return free;
}

std::span<const completion_entry> software_ring::turn(bool wait) {
    submit();
    do {
        const bool nothing = completions_.size() == 0;
        if (nothing || ++turns_unpolled_ > turns_unpolled_max) poll(wait && nothing);
    } while (wait && completions_.size() == 0);
    return completions_.take();
}

void software_ring::submit() {
    for (std::size_t i = 0; i < entry_count_; ++i) start(entries_[i]);
    entry_count_ = 0;
}

void software_ring::start(const io_uring_sqe& entry) {
    assert((entry.flags &
            (IOSQE_IO_LINK | IOSQE_IO_HARDLINK | IOSQE_IO_DRAIN | IOSQE_FIXED_FILE)) == 0);
    switch (entry.opcode) {
        case IORING_OP_NOP: completions_.post(entry, 0); break;
        case IORING_OP_ACCEPT:
        case IORING_OP_CONNECT:
        case IORING_OP_RECV:
        case IORING_OP_SEND:
        case IORING_OP_SENDMSG:
        case IORING_OP_POLL_ADD:
        case IORING_OP_READ:
        case IORING_OP_READV:
        case IORING_OP_WRITE:
        case IORING_OP_WRITEV:
        case IORING_OP_SPLICE: start_on_descriptor(entry); break;
        case IORING_OP_SHUTDOWN:
            completions_.post(entry,
                              ::shutdown(entry.fd, static_cast<int>(entry.len)) < 0 ? -errno : 0);
            break;
        case IORING_OP_OPENAT:
        case IORING_OP_FSYNC:
        case IORING_OP_FALLOCATE:
        case IORING_OP_RENAMEAT:
        case IORING_OP_LINKAT:
        case IORING_OP_UNLINKAT:
        case IORING_OP_STATX: hand_to_worker(keep(software_operation(entry))); break;
        case IORING_OP_CLOSE: close(entry); break;
        case IORING_OP_TIMEOUT: start_timer(entry); break;
        case IORING_OP_ASYNC_CANCEL: cancel(entry); break;
        default: completions_.post(entry, -EINVAL); break;
    }
}

// A multishot receive begins by waiting: mostly there is nothing yet, and when there is, epoll says
// so within this turn.
void software_ring::start_on_descriptor(const io_uring_sqe& entry) {
    software_operation operation(entry);
    if (is_multishot_receive(entry)) {
        operation.waits_on = entry.fd;
        operation.events = EPOLLIN | EPOLLRDHUP;
        return wait_for_descriptor(keep(operation));
    }
    const software_attempt outcome = sockets_.attempt(operation, 0);
    if (outcome == software_attempt::finished) return;
    software_operation& kept = keep(operation);
    if (outcome == software_attempt::to_worker) return hand_to_worker(kept);
    // One that paused is ready, so epoll reports it as soon as it waits.
    wait_for_descriptor(kept);
}

void software_ring::start_timer(const io_uring_sqe& entry) {
    if ((entry.timeout_flags & ~IORING_TIMEOUT_ABS) != 0 || entry.off != 0)
        return completions_.post(entry, -EINVAL);
    const auto& when = *pointer_to<__kernel_timespec>(entry.addr);
    if (when.tv_sec < 0 || when.tv_nsec < 0) return completions_.post(entry, -EINVAL);
    software_operation operation(entry);
    operation.deadline_ns =
        std::min<std::int64_t>(when.tv_sec, forever_seconds) * nanoseconds_per_second +
        when.tv_nsec;
    if ((entry.timeout_flags & IORING_TIMEOUT_ABS) == 0) operation.deadline_ns += now_ns();
    timers_.insert(keep(operation));
}

// As in the kernel: one operation, or all with that user data and then their count.
void software_ring::cancel(const io_uring_sqe& entry) {
    if ((entry.cancel_flags & ~IORING_ASYNC_CANCEL_ALL) != 0)
        return completions_.post(entry, -EINVAL);
    const bool all = entry.cancel_flags != 0;
    std::int32_t cancelled = 0;
    bool running = false;
    auto [next, end] = operations_.equal_range(entry.addr);
    while (next != end && (all || cancelled == 0)) {
        software_operation& operation = next++->second;  // it may go
        if (try_cancel(operation))
            ++cancelled;
        else
            running = true;
    }
    if (all) return completions_.post(entry, cancelled);
    if (cancelled > 0) return completions_.post(entry, 0);
    completions_.post(entry, running ? -EALREADY : -ENOENT);
}

bool software_ring::try_cancel(software_operation& operation) {
    if (operation.on_worker && !files_.withdraw(operation)) return false;
    complete_cancelled(operation);
    return true;
}

// What was moved before is told, as the kernel does: a receive cut short loses no bytes.
void software_ring::complete_cancelled(software_operation& operation) {
    const bool moved = operation.done > 0;
    completions_.post(operation.entry,
                      moved ? static_cast<std::int64_t>(operation.done) : -ECANCELED);
    forget(operation);
}

void software_ring::close(const io_uring_sqe& entry) {
    if (software_operations* waiting = descriptors_.waiting(entry.fd))
        while (!waiting->empty()) complete_cancelled(waiting->front());
    descriptors_.forget(entry.fd);
    if (is_on_disk(entry.fd)) return hand_to_worker(keep(software_operation(entry)));
    completions_.post(entry, run_file_operation(entry));
}

software_operation& software_ring::keep(const software_operation& operation) {
    return operations_.emplace(operation.entry.user_data, operation)->second;
}

void software_ring::forget(software_operation& operation) {
    auto [next, end] = operations_.equal_range(operation.entry.user_data);
    while (next != end && &next->second != &operation) ++next;
    assert(next != end);
    operations_.erase(next);
}

void software_ring::wait_for_descriptor(software_operation& operation) {
    const int result = descriptors_.wait_for(operation);
    if (result == 0) return;
    // Nobody can wait for a file, and the one that did not try first is a receive.
    completions_.post(operation.entry, result == -EPERM ? -ENOTSOCK : result);
    forget(operation);
}

void software_ring::hand_to_worker(software_operation& operation) {
    operation.software_list_hook::unlink();  // from the descriptor it waited for
    operation.on_worker = true;
    files_.start(operation);
}

void software_ring::poll(bool sleep) {
    turns_unpolled_ = 0;
    const int timeout_ms = sleep_ms(sleep);
    for (const int descriptor : std::exchange(paused_, {}))
        retry(descriptor, EPOLLIN | EPOLLOUT | EPOLLRDHUP);
    for (const epoll_event& event : descriptors_.ready(timeout_ms)) {
        if (event.data.fd == files_.descriptor())
            collect_from_workers();
        else
            retry(event.data.fd, event.events);
    }
    expire_timers();
}

// Rounded up to epoll's milliseconds: no timer fires early, none more than one too late.
int software_ring::sleep_ms(bool sleep) const {
    if (!sleep || !paused_.empty()) return 0;
    if (timers_.empty()) return -1;
    const std::int64_t left = std::max<std::int64_t>(timers_.begin()->deadline_ns - now_ns(), 0);
    const std::int64_t ms = (left + nanoseconds_per_millisecond - 1) / nanoseconds_per_millisecond;
    return static_cast<int>(std::min<std::int64_t>(ms, INT_MAX));
}

// An attempt may take away its own operation, never another one.
void software_ring::retry(int descriptor, std::uint32_t ready) {
    software_operations* waiting = descriptors_.waiting(descriptor);
    assert(waiting != nullptr);
    for (auto next = waiting->begin(); next != waiting->end();) {
        software_operation& operation = *next++;
        const std::uint32_t awaited = operation.events | EPOLLERR | EPOLLHUP;
        if ((ready & awaited) != 0) continue_with(operation, ready);
    }
}

void software_ring::continue_with(software_operation& operation, std::uint32_t ready) {
    const int waited_on = operation.waits_on;
    switch (sockets_.attempt(operation, ready)) {
        case software_attempt::finished: forget(operation); break;
        case software_attempt::blocked:
            if (operation.waits_on == waited_on) break;
            operation.software_list_hook::unlink();
            wait_for_descriptor(operation);
            break;
        case software_attempt::paused: paused_.push_back(operation.waits_on); break;
        case software_attempt::to_worker: hand_to_worker(operation); break;
    }
}

void software_ring::collect_from_workers() {
    software_operations finished;
    files_.collect(finished);
    while (!finished.empty()) {
        completions_.post(finished.front().entry, finished.front().result);
        forget(finished.front());
    }
}

void software_ring::expire_timers() {
    if (timers_.empty()) return;
    const std::int64_t now = now_ns();
    while (!timers_.empty() && timers_.begin()->deadline_ns <= now) {
        completions_.post(timers_.begin()->entry, -ETIME);
        forget(*timers_.begin());
    }
}

}  // namespace

std::unique_ptr<ring> make_software_ring(unsigned entries) {
    return std::make_unique<software_ring>(entries);
}

}  // namespace glimt
