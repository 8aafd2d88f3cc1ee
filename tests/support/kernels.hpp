// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "digest/kernel_choice.hpp"

#include <gtest/gtest.h>

#include <string>

namespace glimt::testing {

// A test of every set of kernels; on a CPU that lacks its instructions it is skipped.
struct each_kernel_set : ::testing::TestWithParam<const char*> {
    void SetUp() override {
        const auto found = find_kernels(GetParam());
        if (!found) GTEST_SKIP() << "this CPU has no " << GetParam();
        kernels = *found;
    }
    kernel_set kernels;
};

inline const auto kernel_sets = ::testing::Values("avx512", "avx2", "openssl");
inline std::string kernel_set_name(const ::testing::TestParamInfo<const char*>& of) {
    return of.param;
}

}  // namespace glimt::testing
