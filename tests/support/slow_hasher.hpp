// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "digest/hasher.hpp"

#include <algorithm>
#include <atomic>

namespace glimt::testing {

// Keeps the thread that hashes with it until it is let go.
struct slow_hasher final : hasher {
    void update(std::span<const std::byte>) noexcept override {
        at_once_max = std::max(at_once_max.load(), ++at_once);
        begun = true;
        begun.notify_all();
        may_end.wait(false);
        ++updates;
        --at_once;
    }
    data_digests finish() override { return {}; }

    void wait_until_begun() const { begun.wait(false); }
    void let_go() {
        may_end = true;
        may_end.notify_all();
    }

    std::atomic<bool> begun = false, may_end = false;
    std::atomic<int> updates = 0;
    std::atomic<int> at_once = 0, at_once_max = 0;  // that are under way
};

}  // namespace glimt::testing
