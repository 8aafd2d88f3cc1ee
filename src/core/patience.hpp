// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/task.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace glimt {

// Which of the nursery's two signals may end the waits of the calling coroutine, and of everything
// it awaits, from now on. Whether we are draining is asked of the nursery, never of the
// cancellation state, which forgets on every reset.

// Between requests: drain and abort end the wait, which then reports operation_aborted.
inline task<> interruptible_by_drain() {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    co_await asio::this_coro::throw_if_cancelled(false);
}

// Within a request: only abort does, and it unwinds by exception. Without throwing, an abort that
// falls between two operations would be lost, and a busy session never ends.
inline task<> interruptible_by_abort() {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    co_await asio::this_coro::throw_if_cancelled(true);
}

// Within a request: what must not be left half done once it is begun. Who was aborted before does
// not begin it: awaiting anything throws then, so what is to be done after an abort resets the
// state itself (imports/upload.cpp). An abort that comes meanwhile is forgotten: the connection it
// was meant for is found gone, or draining, when it is used next.
template <class T>
task<T> uninterrupted(task<T> what) {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    std::exception_ptr failure;
    std::optional<T> result;
    try {
        result.emplace(co_await std::move(what));
    } catch (...) {
        failure = std::current_exception();
    }
    co_await interruptible_by_abort();
    if (failure) std::rethrow_exception(failure);
    co_return *std::move(result);
}

}  // namespace glimt
