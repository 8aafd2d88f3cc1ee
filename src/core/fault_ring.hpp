// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/fault_plan.hpp"
#include "core/ring.hpp"

#include <memory>

namespace glimt {

// The seam where tests let operations fail, come back short, or come late: a ring that asks `plan`
// about every entry before `below` sees it. It is what any ring is (ring.hpp); a loop that has none
// pays nothing for it.
std::unique_ptr<ring> make_fault_ring(std::unique_ptr<ring> below,
                                      std::shared_ptr<fault_plan> plan);

}  // namespace glimt
