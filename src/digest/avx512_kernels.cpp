// SPDX-License-Identifier: Apache-2.0
// Compiled for AVX-512 F, VL and BW, and BMI2.
#ifdef __x86_64__
#include "digest/weave.hpp"

namespace glimt {

const woven_kernel avx512_kernels[avx512_kernel_count] = {
    {1, 1, lanes::weave_one<lanes::vector<std::uint64_t, 2>>},
    {4, 2, lanes::weave_lanes<4>},
    {8, 5, lanes::weave_lanes<8>},
};

}  // namespace glimt
#endif
