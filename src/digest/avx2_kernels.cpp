// SPDX-License-Identifier: Apache-2.0
// Compiled for AVX2 and BMI2.
#ifdef __x86_64__
#include "digest/weave.hpp"

namespace glimt {

// Without rotations in the vector unit, two or fewer streams are faster one after the other.
const woven_kernel avx2_kernels[avx2_kernel_count] = {
    {1, 1, lanes::weave_one<std::uint64_t>},
    {4, 3, lanes::weave_pairs<4>},
};

}  // namespace glimt
#endif
