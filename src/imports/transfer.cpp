// SPDX-License-Identifier: Apache-2.0
#include "imports/transfer.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

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

// Fills a buffer as far as the source goes without a wait. Small pieces make small fillings: then
// the one who sends them is slow, and what is there is better written than held.
task<filling> fill(buffer_pool& buffers, source& from) {
    co_await from.wait();
    filling next;
    next.memory = co_await buffers.acquire();
    const auto room = next.memory.whole();
    do {
        const auto n = co_await from.read_some(room + next.bytes);
        if (n == 0) break;
        next.bytes += n;
    } while (next.bytes < room.size() && from.has_more_now());
    co_return next;
}

task<> store_filling(const transfer_parts& parts, std::span<const std::byte> bytes) {
    using namespace asio::experimental::awaitable_operators;
    co_await (parts.digest.update(bytes) &&
              parts.into.write(asio::buffer(bytes.data(), bytes.size())));
}

}  // namespace

task<std::uint64_t> transfer(const transfer_parts& parts) {
    using namespace asio::experimental::awaitable_operators;
    std::uint64_t total = 0;
    filling now = co_await fill(parts.buffers, parts.from);
    while (now.bytes > 0) {
        total += now.bytes;
        parts.limits.check(total);
        parts.inspector.feed(now.content());
        // When one of the two fails the other is cut short, and both have ended here.
        filling next =
            co_await (store_filling(parts, now.content()) && fill(parts.buffers, parts.from));
        now = std::move(next);
    }
    co_return total;
}

}  // namespace glimt
