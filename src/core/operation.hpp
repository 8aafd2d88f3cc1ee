// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ring_context.hpp"

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>

#include <memory>
#include <type_traits>
#include <utility>

// How a ring entry becomes an asynchronous operation with any completion token and a cancellation
// slot. operations.hpp has the operations themselves; an operation here or there says nothing of
// threads because it is started and completed inside one loop.
namespace glimt {

// 0 or more is success; -ECANCELED is Asio's operation_aborted, so that one test covers both. The
// kernel says that of an operation it had not begun; one that was cancelled while it slept in a
// worker of the kernel ends with -EINTR, and a splice even with -ERESTARTSYS (512), which is not
// meant for us.
inline boost::system::error_code error_of(int result) noexcept {
    constexpr int restart = 512;
    if (result >= 0) return {};
    if (result == -ECANCELED || result == -EINTR || result == -restart)
        return asio::error::operation_aborted;
    return {-result, boost::system::system_category()};
}

namespace detail {

// Hands a result to a handler of signature void(error_code) or void(error_code, Result).
template <class Result, class Handler>
void hand_over(Handler& handler, int result) {
    const auto ec = error_of(result);
    if constexpr (std::is_void_v<Result>)
        std::move(handler)(ec);
    else
        std::move(handler)(ec, ec ? Result{} : static_cast<Result>(result));
}

template <class Result>
struct signature {
    using type = void(boost::system::error_code, Result);
};
template <>
struct signature<void> {
    using type = void(boost::system::error_code);
};

// A handler waiting for its completion, with `Extra` beside it: what the entry points at while the
// operation is in flight.
template <class Result, class Extra, class Handler>
class waiting final : public completion {
    using allocator = typename std::allocator_traits<asio::associated_allocator_t<
        Handler, asio::recycling_allocator<void>>>::template rebind_alloc<waiting>;

public:
    static waiting& make(ring_context& home, Extra&& extra, Handler&& handler) {
        allocator memory(
            asio::get_associated_allocator(handler, asio::recycling_allocator<void>()));
        return *new (memory.allocate(1)) waiting(home, std::move(extra), std::move(handler));
    }

    void complete(int result, std::uint32_t) override {
        auto slot = asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected()) slot.clear();
        if constexpr (requires { Extra::translate(result); }) result = Extra::translate(result);
        ring_context& home = home_;
        Handler handler(std::move(handler_));
        release(handler);  // first, so that the next operation finds the memory warm
        auto where = asio::get_associated_executor(handler, home.get_executor());
        if constexpr (std::is_same_v<decltype(where), ring_context::executor_type>) {
            if (&where.context() == &home) return hand_over<Result>(handler, result);
        }
        asio::dispatch(where, [handler = std::move(handler), result]() mutable {
            hand_over<Result>(handler, result);
        });
    }

    void discard() noexcept override {
        Handler handler(std::move(handler_));
        release(handler);
    }

    Extra extra;

private:
    waiting(ring_context& home, Extra&& with, Handler&& handler)
        : extra(std::move(with)), home_(home), handler_(std::move(handler)) {}

    void release(const Handler& moved) noexcept {
        allocator memory(asio::get_associated_allocator(moved, asio::recycling_allocator<void>()));
        this->~waiting();
        memory.deallocate(this, 1);
    }

    ring_context& home_;
    Handler handler_;
};

struct cancel_entry {
    ring_context* home;
    completion* who;
    void operator()(asio::cancellation_type type) const {
        if (type != asio::cancellation_type::none) home->cancel(*who);
    }
};

}  // namespace detail

// Starts one ring operation: `prepare(entry)` fills the entry. It is kept until the completion, so
// the entry may point at its members (a path, a timespec, an iovec). Completes with
// (error_code, Result), or (error_code) when Result is void; Prepare::translate(int), where there
// is one, says first what a result means. Any cancellation ends the operation with
// operation_aborted, unless it has ended already.
template <class Result, class Prepare, class Token>
auto async_submit(ring_context& home, Prepare prepare, Token&& token) {
    return asio::async_initiate<Token, typename detail::signature<Result>::type>(
        [&home](auto handler, Prepare kept) {
            using handler_type = std::decay_t<decltype(handler)>;
            auto slot = asio::get_associated_cancellation_slot(handler);
            auto& op = detail::waiting<Result, Prepare, handler_type>::make(home, std::move(kept),
                                                                            std::move(handler));
            op.extra(home.entry(op));
            if (slot.is_connected()) slot.template emplace<detail::cancel_entry>(&home, &op);
        },
        token, std::move(prepare));
}

}  // namespace glimt
