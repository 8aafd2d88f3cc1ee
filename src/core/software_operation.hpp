// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ring.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

// What the parts of the software ring share: an entry under way, the completions, the buffer group.
namespace glimt {

using software_list_hook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
using software_timer_hook =
    boost::intrusive::set_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// A submission entry that is under way. It is in one place at a time: the list of those waiting
// for a descriptor, the timers, or the lists of the worker pool. Destroying it takes it out of
// there.
struct software_operation : software_list_hook, software_timer_hook {
    explicit software_operation(const io_uring_sqe& submitted) : entry(submitted) {}

    io_uring_sqe entry;
    std::uint64_t done = 0;        // bytes moved by earlier attempts
    std::int64_t deadline_ns = 0;  // on CLOCK_MONOTONIC; a TIMEOUT's only
    std::uint32_t events = 0;      // what is waited for, as EPOLL bits
    int waits_on = -1;             // whose readiness that is
    std::int32_t result = 0;       // set by the worker that ran it
    bool on_worker = false;
    bool began = false;  // a CONNECT is under way, a worker has taken it: no longer undone
};

using software_operations =
    boost::intrusive::list<software_operation, boost::intrusive::constant_time_size<false>>;

// An address as entries carry it.
template <class T>
T* pointer_to(std::uint64_t address) {
    return reinterpret_cast<T*>(static_cast<std::uintptr_t>(address));
}

// Completions in the order they happened. More may happen than turns take away, but not without
// bound: single operations are as many as the layers above started, multishot receives end with the
// buffers, multishot accepts with the descriptors.
class software_completions {
public:
    void post(const io_uring_sqe& entry, std::int64_t result, std::uint32_t flags = 0) {
        if ((entry.flags & IOSQE_CQE_SKIP_SUCCESS) != 0 && result >= 0) return;
        waiting_.push_back({entry.user_data, static_cast<std::int32_t>(result), flags});
    }

    std::size_t size() const { return waiting_.size(); }

    // The oldest, at most completions_per_turn_max; valid until the next take().
    std::span<const completion_entry> take();

private:
    std::vector<completion_entry> waiting_;
    std::array<completion_entry, completions_per_turn_max> taken_{};
};

// Buffer group 0. The buffer given back last is taken first: it is still in the cache.
class software_buffers {
public:
    void provide(std::byte* memory, unsigned count, unsigned size);
    void give_back(std::uint16_t id) { free_.push_back(id); }

    bool empty() const { return free_.empty(); }
    unsigned size() const { return size_; }
    std::byte* next() const { return memory_ + std::size_t{free_.back()} * size_; }
    std::uint16_t take();  // what next() points at

private:
    std::byte* memory_ = nullptr;
    unsigned size_ = 0;
    std::vector<std::uint16_t> free_;
};

}  // namespace glimt
