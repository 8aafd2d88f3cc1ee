// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/buffer_pool.hpp"
#include "core/counters.hpp"
#include "core/deadline.hpp"
#include "core/log.hpp"
#include "core/nursery.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace glimt {

enum class loop_kind : std::uint8_t { automatic, uring, epoll };

// A ring of that kind; automatic takes io_uring and, where the kernel refuses it, epoll. Throws
// boost::system::system_error when io_uring was asked for and is refused.
std::unique_ptr<ring> make_ring(loop_kind kind);

// One thread, one loop, and everything a request touches. Shards share nothing that changes: they
// post small values to each other's loops.
class shard {
public:
    struct options {
        unsigned receive_buffers = 512;  // of 4 KiB, a power of two
        std::size_t body_buffers = 64;
        std::size_t body_buffer_bytes = 256 * 1024;
    };

    shard(unsigned index, std::unique_ptr<ring> below, const options& sizes, log& out);

    const unsigned index;
    log& out;
    ring_context loop;
    glimt::counters counters;
    deadlines limits{loop};
    buffer_pool buffers;
    nursery children;

private:
    friend class fleet;
    event told_to_end_{loop};
    bool may_leave_ = false;
};

// The shards of the process and their threads. The first shard runs on the thread that calls run().
//
// No shard is ever stopped: it is drained or aborted until it is empty, and its loop runs dry.
class fleet {
public:
    struct options {
        unsigned shards = 0;  // 0: one for each processor we may use
        loop_kind loop = loop_kind::automatic;
        bool pin = false;  // shard i to the i-th processor we may use
        shard::options sizes;
    };

    // Makes the shards, not yet their threads. Logs once which loop they got.
    fleet(const options& with, log& out);
    ~fleet();

    // Runs every shard until all are empty. `keeper` runs on the first shard beside its children
    // and is what calls drain() one day; shards wait for that even while they have no children.
    void run(task<> keeper);

    // From a keeper: no new children anywhere, and running ones end what they are doing. Completes
    // when every shard was told.
    task<> drain();

    // From a keeper: children stop at their next suspension. Logs who was still inside.
    task<> abort();

    // From a keeper: until no shard has children. After drain().
    task<> emptied();

    std::size_t size() const noexcept { return shards_.size(); }
    shard& operator[](std::size_t index) noexcept { return *shards_[index]; }

private:
    void run_shard(shard& here);
    task<> wait_for_end(shard& here);
    void let_go();

    log& out_;
    const bool pin_;
    std::vector<std::unique_ptr<shard>> shards_;
    std::vector<std::thread> threads_;
    std::size_t full_ = 0;  // shards that still have children; first shard's loop only
    std::unique_ptr<event> one_emptied_;
};

}  // namespace glimt
