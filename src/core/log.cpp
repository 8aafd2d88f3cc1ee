// SPDX-License-Identifier: Apache-2.0
#include "core/log.hpp"

#include "core/secrets.hpp"
#include "core/without_signals.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

namespace glimt {
namespace {

// Text of a bounded size, in place. Zeroed memory is an empty one.
template <std::size_t SizeMax>
struct inline_text {
    std::uint16_t size;
    char bytes[SizeMax];

    void assign(std::string_view text) {
        size = static_cast<std::uint16_t>(std::min(text.size(), SizeMax));
        std::copy_n(text.data(), size, bytes);  // text.data() may be null
    }
    std::string_view view() const { return {bytes, size}; }
};

using id_text = inline_text<log::id_size_max>;

// A line on its way to the writer. Aggregate of plain types: zeroed memory is an array of them.
struct slot {
    std::uint64_t turn;  // 2n: free for the n-th time; 2n + 1: holds a line for the n-th time
    wall_time::rep when;
    severity how;
    inline_text<log::component_size_max> component;
    id_text request_id, global_request_id, user_id, project_id;
    inline_text<log::message_size_max> message;

    std::atomic_ref<std::uint64_t> shared_turn() { return std::atomic_ref(turn); }
};

// A bounded lock-free queue of many producers and one consumer, after Dmitry Vyukov's: a slot's
// turn says whose it is. The memory is zeroed by the kernel, page by page as lines first reach it.
class line_queue {
public:
    line_queue() : slots_(static_cast<slot*>(std::calloc(log::slot_count, sizeof(slot)))) {
        if (!slots_) throw std::bad_alloc();
    }
    ~line_queue() { std::free(slots_); }
    line_queue(const line_queue&) = delete;
    line_queue& operator=(const line_queue&) = delete;

    // A slot to be filled and published by the caller alone; null when all are taken.
    slot* claim() noexcept {
        auto position = tail_.load(std::memory_order_relaxed);
        for (;;) {
            slot& here = slots_[position % log::slot_count];
            const auto free = position / log::slot_count * 2;
            const auto turn = here.shared_turn().load(std::memory_order_acquire);
            if (turn < free) return nullptr;
            if (turn > free)
                position = tail_.load(std::memory_order_relaxed);
            else if (tail_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed))
                return &here;
        }
    }

    // Sequentially consistent, as is front(): see log::writer::wake.
    void publish(slot& filled) noexcept { filled.shared_turn().store(filled.turn + 1); }

    // The oldest line, or null. Consumer only, as pop().
    slot* front() noexcept {
        slot& here = slots_[head_ % log::slot_count];
        return here.shared_turn().load() == head_ / log::slot_count * 2 + 1 ? &here : nullptr;
    }
    void pop() noexcept {
        slots_[head_ % log::slot_count].shared_turn().store((head_ / log::slot_count + 1) * 2,
                                                            std::memory_order_release);
        ++head_;
    }

    std::uint64_t claimed() const noexcept { return tail_.load(); }
    std::uint64_t popped() const noexcept { return head_; }  // consumer only

private:
    slot* slots_;
    alignas(64) std::atomic<std::uint64_t> tail_{0};
    alignas(64) std::uint64_t head_ = 0;
};

// Cuts at a character's boundary and appends "…". `text` is full to the last byte.
void mark_cut(inline_text<log::message_size_max>& text) {
    constexpr std::string_view ellipsis = "…";
    const auto most = text.size - ellipsis.size();
    auto end = most;  // a character has at most three bytes after its first
    while (end > most - 3 && (static_cast<unsigned char>(text.bytes[end]) & 0xc0) == 0x80) --end;
    std::memcpy(text.bytes + end, ellipsis.data(), ellipsis.size());
    text.size = static_cast<std::uint16_t>(end + ellipsis.size());
}

void format_message(inline_text<log::message_size_max>& to, fmt::string_view format,
                    fmt::format_args args) noexcept {
    try {
        const auto made = fmt::vformat_to_n(to.bytes, sizeof to.bytes, format, args);
        to.size = static_cast<std::uint16_t>(std::min(made.size, sizeof to.bytes));
        if (made.size > sizeof to.bytes) mark_cut(to);
    } catch (...) {  // a formatter threw; the slot is claimed and must be published
        to.assign({format.data(), format.size()});
    }
}

int open_log_file(const std::string& path) noexcept {
    // Non-blocking, so that a FIFO cannot hold up the start or the writer.
    return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
                  0640);
}

}  // namespace

// The thread that writes, and what it shares with the threads that submit.
class log::writer {
public:
    writer(options with, const clock& time);
    ~writer();

    line_queue& lines() noexcept { return lines_; }
    void count_dropped(std::uint64_t n = 1) noexcept { dropped_ += n; }
    std::uint64_t dropped() const noexcept { return dropped_; }
    std::uint64_t written() const noexcept { return written_; }

    // Called after every publish(). The writer says that it sleeps and then looks at the queue once
    // more; we publish and then look whether it sleeps: all four are sequentially consistent, so
    // one of the two sees the other.
    void wake() noexcept {
        if (asleep_.load() && asleep_.exchange(false)) ring_bell();
    }
    bool flush();
    void reopen() noexcept;

private:
    void ring_bell() noexcept;
    void run();
    bool turn();
    std::uint64_t collect();
    void append(log_entry entry);
    bool append_drop_report(std::uint64_t dropped);
    void sleep();
    void open_again();
    bool write_batch(int to);
    bool wait_writable(int to);
    void finish();

    const options with_;
    const clock& time_;
    const int process_ = ::getpid();
    int output_;
    int bell_;  // an eventfd; readable when there is something to do
    line_queue lines_;
    std::atomic<bool> asleep_{false};
    std::atomic<bool> stopping_{false};
    std::atomic<bool> reopen_wanted_{false};
    std::atomic<std::uint64_t> dropped_{0};
    std::atomic<std::uint64_t> written_{0};

    std::mutex finished_mutex_;  // never taken by a thread that writes lines
    std::condition_variable finished_changed_;
    std::uint64_t finished_ = 0;  // lines before this position are written or given up

    // The writer thread's own.
    std::string batch_;
    std::string message_;
    std::uint64_t reported_ = 0;  // of dropped_
    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
    std::thread thread_;
};

log::writer::writer(options with, const clock& time)
    : with_(std::move(with)),
      time_(time),
      output_(with_.path.empty() ? with_.descriptor : open_log_file(with_.path)),
      bell_(::eventfd(0, EFD_CLOEXEC)) {
    if (output_ < 0) throw std::system_error(errno, std::generic_category(), with_.path);
    if (bell_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    const without_signals undisturbed;
    thread_ = std::thread([this] { run(); });
}

log::writer::~writer() {
    stopping_ = true;
    ring_bell();
    thread_.join();
    ::close(bell_);
    if (!with_.path.empty()) ::close(output_);
}

void log::writer::ring_bell() noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(bell_, &one, sizeof one);
    assert(n == sizeof one);
}

bool log::writer::flush() {
    const auto wanted = lines_.claimed();
    std::unique_lock lock(finished_mutex_);
    return finished_changed_.wait_for(lock, with_.patience, [&] { return finished_ >= wanted; });
}

void log::writer::reopen() noexcept {
    reopen_wanted_ = true;
    ring_bell();
}

void log::writer::run() {
    for (;;) {
        const bool last = stopping_;  // read first: what was queued before it is then seen
        if (turn()) continue;
        if (last) return;
        sleep();
    }
}

// Writes one batch of what is queued. False when there was nothing to do, or no more can be done.
bool log::writer::turn() {
    const auto count = collect();
    const bool reopening = reopen_wanted_.exchange(false);
    if (reopening)
        open_again();  // after collect(): a line queued after reopen() is never ahead of it
    const auto dropped = dropped_.load();
    const bool reporting = append_drop_report(dropped);
    if (batch_.empty()) return reopening;

    const bool good = write_batch(output_);
    if (with_.copy >= 0) write_batch(with_.copy);
    if (good && reporting) reported_ = dropped;
    (good ? written_ : dropped_) += count;
    finish();
    return count > 0 || good;
}

std::uint64_t log::writer::collect() {
    constexpr std::size_t batch_size = 16 * 1024;
    batch_.clear();
    std::uint64_t count = 0;
    for (; batch_.size() < batch_size; ++count) {
        slot* line = lines_.front();
        if (!line) break;
        message_.assign(line->message.view());
        mask_secrets(message_);
        append({.when = wall_time(wall_time::duration(line->when)),
                .process = process_,
                .how = line->how,
                .component = line->component.view(),
                .context = {line->request_id.view(), line->global_request_id.view(),
                            line->user_id.view(), line->project_id.view()},
                .message = message_});
        lines_.pop();
    }
    return count;
}

void log::writer::append(log_entry entry) {
    if (with_.json)
        append_json_line(batch_, entry);
    else
        append_text_line(batch_, entry, with_.date_format.c_str());
}

bool log::writer::append_drop_report(std::uint64_t dropped) {
    if (dropped == reported_) return false;
    const auto count = dropped - reported_;
    message_ = fmt::format("{} line{} dropped: the log could not be written as fast as it grew",
                           count, count == 1 ? " was" : "s were");
    append({time_.wall(), process_, severity::warning, "glimt.log", {}, message_});
    return true;
}

void log::writer::sleep() {
    asleep_ = true;
    if (!lines_.front() && !stopping_ && !reopen_wanted_) {
        std::uint64_t rung = 0;
        [[maybe_unused]] const auto n = ::read(bell_, &rung, sizeof rung);
    }
    asleep_ = false;
}

void log::writer::open_again() {
    if (with_.path.empty()) return;
    const int fresh = open_log_file(with_.path);
    if (fresh >= 0) {
        ::close(output_);
        output_ = fresh;
        return;
    }
    const auto why = std::generic_category().message(errno);
    message_ = fmt::format("cannot open {} again, the old file stays: {}", with_.path, why);
    append({time_.wall(), process_, severity::error, "glimt.log", {}, message_});
}

// False when the descriptor refuses the bytes, or takes none until the deadline.
bool log::writer::write_batch(int to) {
    // What poll() calls writable takes PIPE_BUF bytes without blocking, even when the descriptor is
    // in blocking mode. That mode is not ours to change: a descriptor given to us is shared.
    constexpr std::size_t piece_size = 4096;
    std::string_view rest = batch_;
    while (!rest.empty()) {
        if (!wait_writable(to)) return false;
        const auto n = ::write(to, rest.data(), std::min(rest.size(), piece_size));
        if (n >= 0)
            rest.remove_prefix(static_cast<std::size_t>(n));
        else if (errno != EAGAIN && errno != EINTR)
            return false;
    }
    return true;
}

// Sleeps until the descriptor takes bytes (or has an error for write() to tell). Once the log is
// stopping only for as long as the patience lasts, counted from when the writer first sees it.
bool log::writer::wait_writable(int to) {
    using std::chrono::milliseconds;
    using std::chrono::steady_clock;
    for (;;) {
        const bool stopping = stopping_;
        if (stopping && deadline_ == steady_clock::time_point::max())
            deadline_ = steady_clock::now() + with_.patience;
        const auto left = std::chrono::ceil<milliseconds>(deadline_ - steady_clock::now());
        if (left <= milliseconds(0)) return false;
        // The bell tells of stopping; once that is known only the descriptor matters.
        pollfd waits[] = {{to, POLLOUT, 0}, {stopping ? -1 : bell_, POLLIN, 0}};
        const int ready = ::poll(waits, 2, stopping ? static_cast<int>(left.count()) : -1);
        if (ready <= 0) continue;
        if (waits[0].revents != 0) return true;
        std::uint64_t rung = 0;
        [[maybe_unused]] const auto n = ::read(bell_, &rung, sizeof rung);
    }
}

void log::writer::finish() {
    {
        const std::lock_guard lock(finished_mutex_);
        finished_ = lines_.popped();
    }
    finished_changed_.notify_all();
}

log::log(options with, const clock& time)
    : least_(with.least), time_(time), writer_(std::make_unique<writer>(std::move(with), time)) {}

log::~log() = default;

void log::submit(const line_head& head, fmt::string_view format, fmt::format_args args) noexcept {
    slot* const line = writer_->lines().claim();
    if (!line) return writer_->count_dropped();
    line->when = time_.wall().time_since_epoch().count();
    line->how = head.how;
    line->component.assign(head.component);
    line->request_id.assign(head.context.request_id);
    line->global_request_id.assign(head.context.global_request_id);
    line->user_id.assign(head.context.user_id);
    line->project_id.assign(head.context.project_id);
    format_message(line->message, format, args);
    writer_->lines().publish(*line);
    writer_->wake();
}

bool log::flush() { return writer_->flush(); }
void log::reopen() noexcept { writer_->reopen(); }
std::uint64_t log::dropped() const noexcept { return writer_->dropped(); }
std::uint64_t log::written() const noexcept { return writer_->written(); }

}  // namespace glimt
