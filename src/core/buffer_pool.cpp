// SPDX-License-Identifier: Apache-2.0
#include "core/buffer_pool.hpp"

#include <cassert>
#include <cstdlib>
#include <new>
#include <utility>

namespace glimt {

namespace {

constexpr std::size_t page_bytes = 4096;

}  // namespace

pooled_buffer::pooled_buffer(pooled_buffer&& other) noexcept
    : home_(other.home_), memory_(std::exchange(other.memory_, nullptr)) {}

pooled_buffer& pooled_buffer::operator=(pooled_buffer&& other) noexcept {
    std::swap(home_, other.home_);
    std::swap(memory_, other.memory_);
    return *this;
}

pooled_buffer::~pooled_buffer() {
    if (memory_) home_->give_back(memory_);
}

asio::mutable_buffer pooled_buffer::whole() const noexcept {
    return {memory_, home_->buffer_bytes()};
}

buffer_pool::buffer_pool(ring_context& home, std::size_t count_max, std::size_t bytes)
    : count_max_(count_max), bytes_(bytes), returned_(home) {
    assert(count_max > 0 && bytes > 0 && bytes % page_bytes == 0);
    idle_.reserve(count_max);
}

buffer_pool::~buffer_pool() { assert(lent_ == 0 && "a pool is destroyed before its buffers"); }

task<pooled_buffer> buffer_pool::acquire() {
    if (lent_ + promised_ == count_max_) {
        co_await returned_.async_wait(or_throw);
        --promised_;
    }
    if (idle_.empty()) {
        auto* fresh = static_cast<std::byte*>(std::aligned_alloc(page_bytes, bytes_));
        if (!fresh) throw std::bad_alloc();
        idle_.emplace_back(fresh);
    }
    std::byte* buffer = idle_.back().release();
    idle_.pop_back();
    ++lent_;
    co_return pooled_buffer(*this, buffer);
}

void buffer_pool::give_back(std::byte* buffer) noexcept {
    idle_.emplace_back(buffer);
    --lent_;
    if (!returned_.has_waiters()) return;
    // Promised to the first in the queue, so that nobody who comes later takes it.
    ++promised_;
    returned_.notify_one();
}

}  // namespace glimt
