// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/chunked.hpp"

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace glimt::http {

// Several chunks of a body received at once, their data where it shall end up and the framing
// between them beside it. It bets that the next chunks are like the one under way, as the chunks of
// nearly every client are until the last; a lost bet costs a copy.
class chunk_scatter {
public:
    // Where to receive what comes next, in order; `into` and this object stay as they are until
    // settle(). The decoder has data_left(), and `into` is not empty.
    std::span<const iovec> plan(const chunked_decoder& decoder, std::span<std::byte> into);

    struct result {
        std::size_t data = 0;              // bytes of the body, at the front of `into`
        std::vector<std::byte> misplaced;  // what was received behind them, not decoded yet
    };

    // Decodes the first `received` bytes of the plan. They may end the body or break it.
    result settle(chunked_decoder& decoder, std::size_t received);

private:
    static constexpr std::size_t framing_bytes_max = 32;
    static constexpr std::size_t chunks_max = 8;

    void add(std::span<std::byte> part);

    // Data and framing by turns.
    std::array<iovec, 2 * chunks_max> parts_;
    std::size_t count_ = 0;
    std::array<std::byte, chunks_max * framing_bytes_max> framing_;
};

}  // namespace glimt::http
