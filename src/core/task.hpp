// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ring_context.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

// The words every coroutine of glimt is written in.
//
// One shard is one thread with one ring_context, so the executor is the concrete type: nothing is
// type-erased, nothing is locked, and a coroutine never moves to another thread.
namespace glimt {

using executor = ring_context::executor_type;
using error_code = boost::system::error_code;

// The only coroutine return type. Lazy: nothing runs until it is awaited or given to a nursery.
template <class T = void>
using task = asio::awaitable<T, executor>;

// co_await op(..., or_throw)                -> throws boost::system::system_error
// auto [ec, n] = co_await op(..., or_error) -> hands the error to a caller who expects it
inline constexpr asio::use_awaitable_t<executor> or_throw{};
inline constexpr auto or_error = asio::as_tuple(or_throw);

}  // namespace glimt
