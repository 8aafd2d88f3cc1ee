// SPDX-License-Identifier: Apache-2.0
#include "core/fault_ring.hpp"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace glimt {
namespace {

operation_kind kind_of(const io_uring_sqe& entry) {
    switch (entry.opcode) {
        case IORING_OP_ACCEPT: return operation_kind::accept;
        case IORING_OP_CONNECT: return operation_kind::connect;
        case IORING_OP_RECV: return operation_kind::recv;
        case IORING_OP_SEND:
        case IORING_OP_SENDMSG: return operation_kind::send;
        case IORING_OP_SHUTDOWN: return operation_kind::shutdown;
        case IORING_OP_POLL_ADD: return operation_kind::poll;
        case IORING_OP_TIMEOUT: return operation_kind::timeout;
        case IORING_OP_READ:
        case IORING_OP_READV: return operation_kind::read;
        case IORING_OP_WRITE:
        case IORING_OP_WRITEV: return operation_kind::write;
        case IORING_OP_OPENAT: return operation_kind::open;
        case IORING_OP_CLOSE: return operation_kind::close;
        case IORING_OP_FSYNC: return operation_kind::fsync;
        case IORING_OP_FALLOCATE: return operation_kind::fallocate;
        case IORING_OP_RENAMEAT: return operation_kind::rename;
        case IORING_OP_LINKAT: return operation_kind::link;
        case IORING_OP_UNLINKAT: return operation_kind::unlink;
        case IORING_OP_STATX: return operation_kind::statx;
        case IORING_OP_SPLICE: return operation_kind::splice;
        case IORING_OP_MSG_RING: return operation_kind::message;
        default: return operation_kind::other;
    }
}

template <class T>
T* pointer_to(std::uint64_t address) {
    return reinterpret_cast<T*>(static_cast<std::uintptr_t>(address));
}

std::uint64_t address_of(const void* object) { return reinterpret_cast<std::uintptr_t>(object); }

// The first `bytes` of what `whole` points at.
std::vector<iovec> front_of(std::span<const iovec> whole, std::size_t bytes) {
    std::vector<iovec> parts;
    for (const iovec& each : whole) {
        if (bytes == 0) break;
        parts.push_back({each.iov_base, std::min(each.iov_len, bytes)});
        bytes -= parts.back().iov_len;
    }
    return parts;
}

class fault_ring final : public ring {
public:
    fault_ring(std::unique_ptr<ring> below, std::shared_ptr<fault_plan> plan)
        : below_(std::move(below)), plan_(std::move(plan)) {}

    io_uring_sqe* entry() override;
    std::span<const completion_entry> turn(bool wait) override;
    void submit() override {
        start_all();
        below_->submit();
    }
    void provide_buffers(std::byte* memory, unsigned count, unsigned size) override {
        below_->provide_buffers(memory, count, size);
    }
    void give_back(std::uint16_t buffer_id) override { below_->give_back(buffer_id); }
    int descriptor() const noexcept override { return below_->descriptor(); }
    std::string_view name() const noexcept override { return below_->name(); }

private:
    // An entry that is late; the timer that ends its delay has the address of this as user data.
    struct held_entry {
        io_uring_sqe entry;
        __kernel_timespec delay;
        bool cancelled = false;
    };
    // What a shortened entry points at instead of its own.
    struct shortened {
        std::vector<iovec> parts;
        msghdr message;
    };

    void start_all();
    void start(const io_uring_sqe& entry);
    void shorten(io_uring_sqe entry, std::size_t bytes);
    void shorten_parts(io_uring_sqe& entry, std::size_t bytes);
    void hold(const io_uring_sqe& entry, std::chrono::milliseconds delay);
    bool cancel_held(const io_uring_sqe& cancel);
    void pass(const io_uring_sqe& entry) { *below_->entry() = entry; }
    void complete(const io_uring_sqe& entry, int result);
    void take(const completion_entry& done);
    std::span<const completion_entry> hand_out();

    std::unique_ptr<ring> below_;
    std::shared_ptr<fault_plan> plan_;
    std::array<io_uring_sqe, 128> staged_;
    std::size_t staged_count_ = 0;
    std::unordered_map<std::uint64_t, std::unique_ptr<held_entry>> held_;  // by its address
    std::unordered_multimap<std::uint64_t, shortened> shortened_;          // by user data
    std::deque<completion_entry> completed_;
    std::array<completion_entry, completions_per_turn_max> handed_out_;
};

io_uring_sqe* fault_ring::entry() {
    if (staged_count_ == staged_.size()) start_all();
    io_uring_sqe& fresh = staged_[staged_count_++];
    fresh = {};
    return &fresh;
}

std::span<const completion_entry> fault_ring::turn(bool wait) {
    start_all();
    do {
        for (const auto& done : below_->turn(wait && completed_.empty())) take(done);
    } while (wait && completed_.empty());
    return hand_out();
}

void fault_ring::start_all() {
    for (std::size_t i = 0; i < staged_count_; ++i) start(staged_[i]);
    staged_count_ = 0;
}

void fault_ring::start(const io_uring_sqe& entry) {
    if (entry.opcode == IORING_OP_ASYNC_CANCEL) {
        if (!cancel_held(entry)) pass(entry);
        return;
    }
    const auto met = plan_->meet(kind_of(entry));
    if (!met) return pass(entry);
    if (const auto* fail = std::get_if<fail_with>(&*met)) {
        if (entry.opcode == IORING_OP_CLOSE) ::close(entry.fd);
        return complete(entry, -fail->error);
    }
    if (const auto* late = std::get_if<late_by>(&*met)) return hold(entry, late->delay);
    shorten(entry, std::get<at_most>(*met).bytes);
}

void fault_ring::shorten(io_uring_sqe entry, std::size_t bytes) {
    const auto limit = static_cast<std::uint32_t>(std::min<std::size_t>(bytes, UINT32_MAX));
    switch (entry.opcode) {
        case IORING_OP_RECV:
            if (entry.ioprio & IORING_RECV_MULTISHOT) break;
            // Without a length a selected buffer is filled as far as it goes.
            if (entry.len == 0 && entry.flags & IOSQE_BUFFER_SELECT) entry.len = limit;
            [[fallthrough]];
        case IORING_OP_SEND:
        case IORING_OP_READ:
        case IORING_OP_WRITE:
        case IORING_OP_SPLICE: entry.len = std::min(entry.len, limit); break;
        case IORING_OP_SENDMSG:
        case IORING_OP_READV:
        case IORING_OP_WRITEV: shorten_parts(entry, bytes); break;
        default: break;
    }
    pass(entry);
}

void fault_ring::shorten_parts(io_uring_sqe& entry, std::size_t bytes) {
    shortened& kept = shortened_.emplace(entry.user_data, shortened{})->second;
    if (entry.opcode == IORING_OP_SENDMSG) {
        kept.message = *pointer_to<const msghdr>(entry.addr);
        kept.parts = front_of({kept.message.msg_iov, kept.message.msg_iovlen}, bytes);
        kept.message.msg_iov = kept.parts.data();
        kept.message.msg_iovlen = kept.parts.size();
        entry.addr = address_of(&kept.message);
        return;
    }
    kept.parts = front_of({pointer_to<const iovec>(entry.addr), entry.len}, bytes);
    entry.addr = address_of(kept.parts.data());
    entry.len = static_cast<std::uint32_t>(kept.parts.size());
}

void fault_ring::hold(const io_uring_sqe& entry, std::chrono::milliseconds delay) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(delay);
    const __kernel_timespec timeout{seconds.count(),
                                    std::chrono::nanoseconds(delay - seconds).count()};
    auto held = std::make_unique<held_entry>(held_entry{entry, timeout});
    auto* timer = below_->entry();
    io_uring_prep_timeout(timer, &held->delay, 0, 0);
    timer->user_data = address_of(held.get());
    held_.emplace(timer->user_data, std::move(held));
}

// Cancels a late entry, as the ring below would if it had it. The timer runs on and is forgotten.
bool fault_ring::cancel_held(const io_uring_sqe& cancel) {
    for (auto& [address, held] : held_) {
        if (held->cancelled || held->entry.user_data != cancel.addr) continue;
        held->cancelled = true;
        complete(held->entry, -ECANCELED);
        complete(cancel, 0);
        auto* end_of_timer = below_->entry();
        io_uring_prep_cancel64(end_of_timer, address, 0);
        end_of_timer->flags |= IOSQE_CQE_SKIP_SUCCESS;
        end_of_timer->user_data = address_of(this);
        return true;
    }
    return false;
}

void fault_ring::complete(const io_uring_sqe& entry, int result) {
    if (result >= 0 && entry.flags & IOSQE_CQE_SKIP_SUCCESS) return;
    completed_.push_back({entry.user_data, result, 0});
}

void fault_ring::take(const completion_entry& done) {
    if (done.user_data == address_of(this)) return;  // a timer that had run out before its end
    if (const auto held = held_.find(done.user_data); held != held_.end()) {
        if (!held->second->cancelled) pass(held->second->entry);
        held_.erase(held);
        return;
    }
    const auto kept = shortened_.find(done.user_data);
    if (kept != shortened_.end()) shortened_.erase(kept);
    completed_.push_back(done);
}

std::span<const completion_entry> fault_ring::hand_out() {
    const auto count = std::min(completed_.size(), handed_out_.size());
    std::copy_n(completed_.begin(), count, handed_out_.begin());
    completed_.erase(completed_.begin(), completed_.begin() + static_cast<std::ptrdiff_t>(count));
    return {handed_out_.data(), count};
}

}  // namespace

std::unique_ptr<ring> make_fault_ring(std::unique_ptr<ring> below,
                                      std::shared_ptr<fault_plan> plan) {
    return std::make_unique<fault_ring>(std::move(below), std::move(plan));
}

}  // namespace glimt
