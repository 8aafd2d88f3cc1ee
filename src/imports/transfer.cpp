// SPDX-License-Identifier: Apache-2.0
#include "imports/transfer.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <exception>
#include <utility>

namespace glimt {
namespace {

// A borrowed buffer and how much of it is filled; the end of the source is a filling of nothing.
struct filling {
    pooled_buffer memory;
    std::size_t bytes = 0;

    std::span<const std::byte> content() const {
        return {static_cast<const std::byte*>(memory.whole().data()), bytes};
    }
};

// A filling ends where a page of the file does, unless its source had no more.
constexpr std::size_t page_bytes = 4096;

// Fills a buffer as far as the source goes without a wait. Small pieces make small fillings: then
// the one who sends them is slow, and what is there is better written than held. `at` is how many
// bytes came before.
task<filling> fill(buffer_pool& buffers, source& from, std::uint64_t at) {
    co_await from.wait();
    filling next;
    next.memory = co_await buffers.acquire();
    const auto whole = next.memory.whole();
    const auto room = asio::buffer(whole, whole.size() - at % page_bytes);
    do {
        const auto n = co_await from.read_some(room + next.bytes);
        if (n == 0) break;
        next.bytes += n;
    } while (next.bytes < room.size() && from.has_more_now());
    co_return next;
}

// Of two that run side by side the one that fails first is the cause; the other is cut short for
// it, which Asio would report as "multiple exceptions".
template <class T>
task<T> noting_cause(std::exception_ptr& cause, task<T> work) {
    try {
        co_return co_await std::move(work);
    } catch (...) {
        if (!cause) cause = std::current_exception();
        throw;
    }
}

// Owns what it stores: its memory goes back as soon as that is done, though the source may still
// keep us waiting for more.
task<> store_filling(const transfer_parts& parts, filling full, std::exception_ptr& cause) {
    using namespace asio::experimental::awaitable_operators;
    const auto bytes = full.content();
    co_await (noting_cause(cause, parts.digest.update(bytes)) &&
              noting_cause(cause, parts.into.write(asio::buffer(bytes.data(), bytes.size()))));
}

// Stores one filling, which ends at `end`, while the next is filled; both have ended when it
// returns or throws.
task<filling> store_and_fill(const transfer_parts& parts, filling full, std::uint64_t end) {
    using namespace asio::experimental::awaitable_operators;
    std::exception_ptr cause;
    try {
        co_return co_await (store_filling(parts, std::move(full), cause) &&
                            noting_cause(cause, fill(parts.buffers, parts.from, end)));
    } catch (...) {
        if (!cause) throw;
    }
    std::rethrow_exception(cause);
}

}  // namespace

task<std::uint64_t> transfer(const transfer_parts& parts) {
    std::uint64_t total = 0;
    filling now = co_await fill(parts.buffers, parts.from, total);
    while (now.bytes > 0) {
        total += now.bytes;
        parts.limits.check(total);
        parts.inspector.feed(now.content());
        now = co_await store_and_fill(parts, std::move(now), total);
    }
    co_return total;
}

}  // namespace glimt
