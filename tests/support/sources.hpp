// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/problem.hpp"
#include "core/stream.hpp"
#include "core/task.hpp"

#include <optional>
#include <string>
#include <utility>

namespace glimt::testing {

// Reads a source to its end, in pieces of that size.
inline task<std::string> read_all(source& from, std::size_t piece = 4096) {
    std::string all, part(piece, '\0');
    while (const auto n = co_await from.read_some(asio::buffer(part))) all.append(part, 0, n);
    co_return all;
}

// The reason of the problem that `call` ends with; nothing when it does not.
template <class T>
task<std::optional<reason>> reason_of(task<T> call) {
    try {
        co_await std::move(call);
    } catch (const problem& why) {
        co_return why.why();
    }
    co_return std::nullopt;
}

}  // namespace glimt::testing
