// SPDX-License-Identifier: Apache-2.0
#include "core/deadline.hpp"

#include <cassert>

namespace glimt {

deadline::deadline(deadlines& family, handler on_passed, void* context)
    : family_(family), on_passed_(on_passed), context_(context) {
    family_.all_.push_back(*this);
    family_.arm();
}

deadline::~deadline() {
    family_.all_.erase(family_.all_.iterator_to(*this));
    // An idle loop shall not wait for the tick before it runs dry.
    if (family_.all_.empty() && family_.armed_) family_.home_.cancel(family_);
}

void deadline::expire_after(std::chrono::milliseconds patience) noexcept {
    when_ = family_.home_.now() + patience;
}

deadlines::~deadlines() { assert(all_.empty() && !armed_); }

void deadlines::arm() {
    if (std::exchange(armed_, true)) return;
    io_uring_prep_timeout(home_.entry(*this), &period_, 0, 0);
}

void deadlines::complete(int, std::uint32_t) {
    armed_ = false;
    if (all_.empty()) return;
    arm();
    for (auto& each : all_) {
        if (each.when_ > home_.now()) continue;
        each.clear();
        each.on_passed_(each.context_);
    }
}

}  // namespace glimt
