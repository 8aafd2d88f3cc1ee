// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace glimt {

// Whether the kernel gives the calling thread next to nothing of the core that it wants all the
// time. Used by that thread only.
class share_watch {
public:
    // It has waited for something else than the core.
    void restart() noexcept {
        began_ = std::chrono::steady_clock::now();
        used_ = used();
    }

    // Whether it had less than a thirtieth of the last 200 ms or more; no, until so many have
    // passed.
    bool is_starved() noexcept {
        const auto wanted = std::chrono::steady_clock::now() - began_;
        if (wanted < std::chrono::milliseconds(200)) return false;
        const auto had = used() - used_;
        restart();
        return 30 * had < wanted;
    }

private:
    static std::chrono::nanoseconds used() noexcept;

    std::chrono::steady_clock::time_point began_ = {};
    std::chrono::nanoseconds used_ = {};
};

}  // namespace glimt
