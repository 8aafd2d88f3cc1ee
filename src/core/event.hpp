// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/operation.hpp"

namespace glimt {

// A place where coroutines of one loop wait until another one tells them to look again.
//
// It remembers nothing: a notification without a waiter is lost, so a waiter asks for its condition
// first, and again when it wakes (`while (!condition) co_await changed.async_wait(or_throw)`).
// Waiters are woken in the order they came, from the loop and never inside notify. Loop only;
// nobody waits any more when it is destroyed.
class event {
public:
    explicit event(ring_context& home) noexcept : home_(home) {
        waiters_.next = waiters_.previous = &waiters_;
    }
    event(const event&) = delete;
    event& operator=(const event&) = delete;
    ~event();

    // Completes with (error_code): none, or operation_aborted when cancelled.
    template <class Token>
    auto async_wait(Token&& token);

    void notify_one();
    void notify_all();

    bool has_waiters() const noexcept { return waiters_.next != &waiters_; }
    ring_context& home() const noexcept { return home_; }

private:
    // One waiter's place in the ring of waiters; `who` is nullptr once it was told.
    struct link {
        link* previous = nullptr;
        link* next = nullptr;
        completion* who = nullptr;
    };
    struct leave_entry {
        event* from;
        link* place;
        void operator()(asio::cancellation_type type) const {
            if (type != asio::cancellation_type::none && place->who) from->wake(*place, -ECANCELED);
        }
    };

    void wake(link& place, int result);

    ring_context& home_;
    link waiters_;
};

template <class Token>
auto event::async_wait(Token&& token) {
    return asio::async_initiate<Token, void(boost::system::error_code)>(
        [this](auto handler) {
            using handler_type = std::decay_t<decltype(handler)>;
            auto slot = asio::get_associated_cancellation_slot(handler);
            auto& op =
                detail::waiting<void, link, handler_type>::make(home_, link{}, std::move(handler));
            op.extra = {waiters_.previous, &waiters_, &op};
            waiters_.previous->next = &op.extra;
            waiters_.previous = &op.extra;
            if (slot.is_connected()) slot.template emplace<leave_entry>(this, &op.extra);
        },
        token);
}

}  // namespace glimt
