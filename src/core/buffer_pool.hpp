// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/event.hpp"
#include "core/task.hpp"

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace glimt {

class buffer_pool;

// Memory borrowed from a pool, page aligned, of the pool's size; goes back when destroyed.
class pooled_buffer {
public:
    pooled_buffer() = default;
    pooled_buffer(pooled_buffer&& other) noexcept;
    pooled_buffer& operator=(pooled_buffer&& other) noexcept;
    ~pooled_buffer();

    asio::mutable_buffer whole() const noexcept;
    explicit operator bool() const noexcept { return memory_ != nullptr; }

private:
    friend class buffer_pool;
    pooled_buffer(buffer_pool& home, std::byte* memory) : home_(&home), memory_(memory) {}

    buffer_pool* home_ = nullptr;
    std::byte* memory_ = nullptr;
};

// The body buffers of one shard: so many and no more, so memory grows neither with the size of an
// image nor with the number of transfers. Made when first needed, kept for the next. Loop only;
// outlives its buffers.
class buffer_pool {
public:
    buffer_pool(ring_context& home, std::size_t count_max, std::size_t bytes);
    ~buffer_pool();

    // A buffer; waits, in turn, while all are lent out. Throws operation_aborted when cancelled.
    task<pooled_buffer> acquire();

    std::size_t buffer_bytes() const noexcept { return bytes_; }
    std::size_t lent() const noexcept { return lent_; }

private:
    friend class pooled_buffer;
    struct free_memory {
        void operator()(std::byte* memory) const noexcept { std::free(memory); }
    };
    using memory = std::unique_ptr<std::byte, free_memory>;

    void give_back(std::byte* buffer) noexcept;

    std::size_t count_max_, bytes_;
    std::size_t lent_ = 0, promised_ = 0;
    std::vector<memory> idle_;
    event returned_;
};

}  // namespace glimt
