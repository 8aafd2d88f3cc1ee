// SPDX-License-Identifier: Apache-2.0
#include "imports/transfer.hpp"

#include "core/event.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <deque>
#include <exception>
#include <memory>
#include <utility>

namespace glimt {
namespace {

// A borrowed buffer and how much of it is filled.
struct filling {
    pooled_buffer memory;
    std::size_t bytes = 0;

    std::span<const std::byte> content() const {
        return {static_cast<const std::byte*>(memory.whole().data()), bytes};
    }
};

// Kept by whoever still reads it: the last of them gives the memory back.
using shared_filling = std::shared_ptr<const filling>;

// Fillings on their way to those who read them, in their order; one may wait for its reader.
class belt {
public:
    explicit belt(ring_context& home) : changed_(home) {}

    // Waits while another one waits.
    task<> put(shared_filling next) {
        while (waiting_) co_await changed_.async_wait(or_throw);
        waiting_ = std::move(next);
        changed_.notify_all();
    }

    // Nothing more comes.
    void end() {
        ended_ = true;
        changed_.notify_all();
    }

    // None at the end. Whoever begins to read it without a wait does so before the next is taken.
    task<shared_filling> take() {
        while (!waiting_ && !ended_) co_await changed_.async_wait(or_throw);
        changed_.notify_all();
        co_return std::move(waiting_);
    }

private:
    shared_filling waiting_;
    bool ended_ = false;
    event changed_;
};

// A filling ends where a page of the file does, unless its source had no more.
constexpr std::size_t page_bytes = 4096;

// What a transfer does side by side: each its own pace, and none further ahead than buffers go.
class stages {
public:
    stages(const transfer_parts& parts, ring_context& home)
        : parts_(parts), to_digest_(home), to_sink_(home) {}

    task<> fill_all() {
        while (const shared_filling next = co_await fill()) {
            total_ += next->bytes;
            parts_.limits.check(total_);
            parts_.inspector.feed(next->content());
            co_await to_digest_.put(next);
            co_await to_sink_.put(next);
        }
        to_digest_.end();
        to_sink_.end();
    }

    task<> hash_all() {
        while (const shared_filling next = co_await to_digest_.take())
            co_await parts_.digest.update(next->content());
    }

    task<> write_all() {
        while (const shared_filling next = co_await to_sink_.take()) {
            const auto bytes = next->content();
            co_await parts_.into.write(asio::buffer(bytes.data(), bytes.size()));
        }
    }

    std::uint64_t total() const { return total_; }

private:
    // Fills a buffer as far as the source goes without a wait; none at its end. Small pieces make
    // small fillings: then the one who sends them is slow, and what is there is better written than
    // held.
    task<shared_filling> fill() {
        co_await parts_.from.wait();
        auto next = std::make_shared<filling>();
        next->memory = co_await parts_.buffers.acquire();
        const auto whole = next->memory.whole();
        const auto room = asio::buffer(whole, whole.size() - total_ % page_bytes);
        do {
            const auto n = co_await parts_.from.read_some(room + next->bytes);
            if (n == 0) break;
            next->bytes += n;
        } while (next->bytes < room.size() && parts_.from.has_more_now());
        if (next->bytes == 0) co_return nullptr;
        co_return next;
    }

    const transfer_parts& parts_;
    belt to_digest_, to_sink_;
    std::uint64_t total_ = 0;  // bytes that were filled
};

// Of those that run side by side the one that fails first is the cause; the others are cut short
// for it, which Asio would report as "multiple exceptions".
task<> noting_cause(std::exception_ptr& cause, task<> work) {
    try {
        co_await std::move(work);
    } catch (...) {
        if (!cause) cause = std::current_exception();
        throw;
    }
}

}  // namespace

task<std::uint64_t> transfer(const transfer_parts& parts) {
    using namespace asio::experimental::awaitable_operators;
    stages all(parts, (co_await asio::this_coro::executor).context());
    std::exception_ptr cause;
    try {
        // Two of them hash, in turn: with the next filling at hand the stream's lane of the digest
        // engine does not run empty while the loop hears that one is done.
        co_await (noting_cause(cause, all.fill_all()) && noting_cause(cause, all.hash_all()) &&
                  noting_cause(cause, all.hash_all()) && noting_cause(cause, all.write_all()));
        co_return all.total();
    } catch (...) {
        if (!cause) throw;
    }
    std::rethrow_exception(cause);
}

}  // namespace glimt
