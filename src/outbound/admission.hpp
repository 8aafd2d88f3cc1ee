// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/event.hpp"
#include "core/task.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace glimt {

// So many inside at once and no more; the others wait in turn, each for as long as it likes. Loop
// only; outlives its tickets.
class admission {
public:
    struct leave {
        void operator()(admission* from) const noexcept;
    };
    using ticket = std::unique_ptr<admission, leave>;  // whoever holds it is inside

    admission(ring_context& home, unsigned inside_max) : inside_max_(inside_max), left_(home) {}

    // Null when there was no place within `patience`. Throws operation_aborted when cancelled.
    task<ticket> enter(std::chrono::milliseconds patience);

private:
    const unsigned inside_max_;
    unsigned inside_ = 0;
    event left_;
};

}  // namespace glimt
