// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

namespace glimt::testing {

// What must hold of any input; what does not is a find of the fuzzer.
inline void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace glimt::testing
