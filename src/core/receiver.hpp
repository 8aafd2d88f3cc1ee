// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/event.hpp"
#include "core/task.hpp"

#include <cstddef>
#include <memory>
#include <span>

namespace glimt {

// The bytes that a peer sends while nobody knows yet how many they are: heads, and whatever comes
// with them. A multishot receive fills the loop's provided buffers, so a connection that waits for
// its next request owns no memory for it; a peer that sends more than it was asked for is held back
// after a few buffers.
//
// Bodies are received by async_receive into the reader's own memory, after pause() has returned and
// what was buffered here is consumed. Loop only. May be destroyed at any time.
class receiver {
public:
    // `on_end` is called once, from the loop, when the peer has closed or reset the connection,
    // whether or not somebody waits for its bytes.
    using end_handler = void (*)(void* context);

    receiver(ring_context& home, int socket, end_handler on_end, void* context);
    receiver(const receiver&) = delete;
    receiver& operator=(const receiver&) = delete;
    ~receiver();

    // The received bytes that come next; empty when there are none. Valid until the next consume().
    std::span<std::byte> front() const noexcept;
    void consume(std::size_t bytes);

    // Puts back what was received by other means, and is not the reader's; nothing may be in
    // front(), nor receiving().
    void put_back(std::span<const std::byte> bytes);

    // Whether front() has something to say: bytes, or the end.
    bool ready() const noexcept;

    // Whether the peer has ended and everything before that was consumed; error() then tells how.
    bool ended() const noexcept;
    error_code error() const noexcept;  // none for an orderly end

    // Completes with (error_code) when ready() may have become true. One waiter at a time.
    template <class Token>
    auto async_wait(Token&& token) {
        if (!ready()) arm();
        return changed().async_wait(std::forward<Token>(token));
    }

    // The same for a reader who knows that little is to come, such as the framing of a chunk: one
    // plain receive of at most `bytes_max` (up to 4096), which needs no pause() behind it.
    template <class Token>
    auto async_wait_once(std::size_t bytes_max, Token&& token) {
        if (!ready()) arm_once(bytes_max);
        return changed().async_wait(std::forward<Token>(token));
    }

    // Receives ahead while nobody waits, so that the peer's end is noticed.
    void watch();

    // Whether bytes may be on their way into the loop's buffers.
    bool receiving() const noexcept;

    // Stops receiving into the loop's buffers; bytes that came in between are in front(). Not
    // cancellable: it ends with the next turn of the loop.
    task<> pause();

private:
    class state;
    void arm();
    void arm_once(std::size_t bytes_max);
    event& changed() const noexcept;

    state* state_;  // deletes itself when the kernel has let go of it
};

}  // namespace glimt
