// SPDX-License-Identifier: Apache-2.0
#include "core/ring.hpp"

#include <boost/system/system_error.hpp>

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <thread>

namespace glimt {
namespace {

// Completions come in bursts (a multishot operation makes many of one entry), so their queue is
// longer than the other. What does not fit even there the kernel keeps and flushes at a later turn.
constexpr unsigned completions_per_entry = 8;

[[noreturn]] void fail(int error, const char* what) {
    throw boost::system::system_error(error, boost::system::system_category(), what);
}

// Not errors: a signal, or too little memory or queue for all entries at once. The entries not yet
// taken stay in the queue for the next call.
bool passing(int result) { return result == -EINTR || result == -EAGAIN || result == -EBUSY; }

class kernel_ring final : public ring {
public:
    explicit kernel_ring(unsigned entries);
    ~kernel_ring() override;

    io_uring_sqe* entry() override;
    std::span<const completion_entry> turn(bool wait) override;
    void submit() override;
    void provide_buffers(std::byte* memory, unsigned count, unsigned size) override;
    void give_back(std::uint16_t buffer_id) override;
    int descriptor() const noexcept override { return ring_.ring_fd; }
    std::string_view name() const noexcept override { return "io_uring"; }

private:
    void adopt();
    std::size_t reap();
    void add_buffer(std::uint16_t buffer_id, int place);
    std::size_t group_bytes() const { return buffer_count_ * sizeof(io_uring_buf); }

    io_uring ring_{};
    std::thread::id owner_{};  // nobody until the first turn
    std::array<completion_entry, completions_per_turn_max> completed_{};

    io_uring_buf_ring* group_ = nullptr;
    std::byte* buffers_ = nullptr;
    unsigned buffer_count_ = 0;
    unsigned buffer_size_ = 0;
};

// DEFER_TASKRUN came with Linux 6.1. A kernel that takes it has every operation we name and the
// multishot forms (6.0), so this one refusal is the whole check.
kernel_ring::kernel_ring(unsigned entries) {
    io_uring_params parameters{};
    parameters.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                       IORING_SETUP_COOP_TASKRUN | IORING_SETUP_R_DISABLED |
                       IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
    parameters.cq_entries = entries * completions_per_entry;
    const int result = io_uring_queue_init_params(entries, &ring_, &parameters);
    if (result < 0) fail(-result, "io_uring_setup");
}

kernel_ring::~kernel_ring() {
    // The registered descriptor is a number in its thread's own table. In another thread's table
    // the same number names that thread's ring, which liburing would unregister.
    if (owner_ != std::this_thread::get_id()) ring_.int_flags = 0;
    io_uring_queue_exit(&ring_);
    if (group_ != nullptr) ::munmap(group_, group_bytes());
}

// The ring was made disabled so that the thread that enables it becomes its single issuer.
void kernel_ring::adopt() {
    assert(owner_ == std::thread::id{});
    // Debian's liburing 2.3 declares io_uring_enable_rings but does not export it.
    if (::syscall(__NR_io_uring_register, ring_.ring_fd, IORING_REGISTER_ENABLE_RINGS, nullptr, 0) <
        0)
        fail(errno, "IORING_REGISTER_ENABLE_RINGS");
    owner_ = std::this_thread::get_id();
    io_uring_register_ring_fd(&ring_);  // only makes entering cheaper: a refusal does not matter
}

io_uring_sqe* kernel_ring::entry() {
    io_uring_sqe* free = io_uring_get_sqe(&ring_);
    while (free == nullptr) {
        submit();
        free = io_uring_get_sqe(&ring_);
    }
    // liburing 2.3 hands out the entry with the user data of whoever used it before.
    std::memset(free, 0, sizeof *free);
    return free;
}

void kernel_ring::submit() {
    if (owner_ == std::thread::id{}) adopt();
    const int result = io_uring_submit(&ring_);
    if (result < 0 && !passing(result)) fail(-result, "io_uring_submit");
}

std::span<const completion_entry> kernel_ring::turn(bool wait) {
    if (owner_ == std::thread::id{}) adopt();
    assert(owner_ == std::this_thread::get_id());
    for (;;) {
        // Both enter the kernel even with nothing to submit: with DEFER_TASKRUN completions are
        // made there, and the kernel does not sleep on a queue that holds or overflowed with some.
        const int result = wait ? io_uring_submit_and_wait(&ring_, 1)  //
                                : io_uring_submit_and_get_events(&ring_);
        if (result < 0 && !passing(result)) fail(-result, "io_uring_enter");
        const std::size_t count = reap();
        if (count > 0 || !wait) return {completed_.data(), count};
    }
}

std::size_t kernel_ring::reap() {
    std::array<io_uring_cqe*, completions_per_turn_max> ready;
    const unsigned count = io_uring_peek_batch_cqe(&ring_, ready.data(), ready.size());
    std::transform(ready.begin(), ready.begin() + count, completed_.begin(), [](auto* completion) {
        return completion_entry{completion->user_data, completion->res, completion->flags};
    });
    io_uring_cq_advance(&ring_, count);
    return count;
}

void kernel_ring::provide_buffers(std::byte* memory, unsigned count, unsigned size) {
    assert(group_ == nullptr && count > 0 && (count & (count - 1)) == 0 && count <= 32768);
    buffers_ = memory;
    buffer_count_ = count;
    buffer_size_ = size;
    void* pages =
        ::mmap(nullptr, group_bytes(), PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    if (pages == MAP_FAILED) fail(errno, "mmap");
    group_ = static_cast<io_uring_buf_ring*>(pages);

    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<std::uintptr_t>(group_);
    registration.ring_entries = count;
    const int result = io_uring_register_buf_ring(&ring_, &registration, 0);
    if (result < 0) fail(-result, "io_uring_register_buf_ring");

    io_uring_buf_ring_init(group_);
    for (unsigned i = 0; i < count; ++i)
        add_buffer(static_cast<std::uint16_t>(i), static_cast<int>(i));
    io_uring_buf_ring_advance(group_, static_cast<int>(count));
}

void kernel_ring::give_back(std::uint16_t buffer_id) {
    assert(buffer_id < buffer_count_);
    add_buffer(buffer_id, 0);
    io_uring_buf_ring_advance(group_, 1);
}

void kernel_ring::add_buffer(std::uint16_t buffer_id, int place) {
    io_uring_buf_ring_add(group_, buffers_ + std::size_t{buffer_id} * buffer_size_, buffer_size_,
                          buffer_id, io_uring_buf_ring_mask(buffer_count_), place);
}

}  // namespace

std::unique_ptr<ring> make_kernel_ring(unsigned entries) {
    return std::make_unique<kernel_ring>(entries);
}

}  // namespace glimt
