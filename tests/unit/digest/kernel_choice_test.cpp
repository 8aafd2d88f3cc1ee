// SPDX-License-Identifier: Apache-2.0
#include "digest/kernel_choice.hpp"

#include <gtest/gtest.h>

#include <vector>

using namespace glimt;

namespace {

std::vector<std::size_t> widths(std::span<const woven_kernel> of) {
    const kernel_set set{"under test", of};
    std::vector<std::size_t> found;
    for (std::size_t streams = 1; streams <= 9; ++streams)
        found.push_back(set.for_streams(streams).lanes);
    return found;
}

TEST(kernel_choice, takes_the_widest_kernel_that_pays) {
    const woven_kernel kernels[] = {{1, 1, nullptr}, {4, 2, nullptr}, {8, 5, nullptr}};
    EXPECT_EQ(widths(kernels), (std::vector<std::size_t>{1, 4, 4, 4, 8, 8, 8, 8, 8}));
    const woven_kernel two[] = {{1, 1, nullptr}, {4, 3, nullptr}};
    EXPECT_EQ(widths(two), (std::vector<std::size_t>{1, 1, 4, 4, 4, 4, 4, 4, 4}));
}

TEST(kernel_choice, streams_share_a_thread_when_lanes_gain_by_it) {
    const woven_kernel kernels[] = {{1, 1, nullptr}, {4, 3, nullptr}};
    const kernel_set set{"under test", kernels};
    EXPECT_EQ(set.lanes_min(), 3u);
    EXPECT_EQ(set.lanes_max(), 4u);
    const kernel_set none{"openssl", {}};
    EXPECT_EQ(none.lanes_max(), 1u);
    EXPECT_GT(none.lanes_min(), none.lanes_max());
}

TEST(kernel_choice, openssl_is_always_there_and_the_best_is_found_by_its_name) {
    EXPECT_TRUE(find_kernels("openssl")->kernels.empty());
    const kernel_set best = best_kernels();
    EXPECT_EQ(find_kernels(best.name)->kernels.data(), best.kernels.data());
    EXPECT_EQ(choose_kernels("").kernels.name, best.name);
    EXPECT_EQ(choose_kernels("openssl").error, "");
    for (const auto* name : {"", "AVX2", "sse2"}) EXPECT_FALSE(find_kernels(name)) << name;
    EXPECT_EQ(choose_kernels("sse2").error,
              "GLIMT_DIGEST_KERNELS is sse2, which this CPU cannot run: avx512, avx2 and openssl "
              "there are.");
}

}  // namespace
