// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace glimt {

// What MD5 and SHA-512 have come to after some whole blocks of a stream.
struct woven_chain {
    std::uint32_t md5[4];
    std::uint64_t sha512[8];
};

inline constexpr std::size_t woven_block_bytes = 128;  // one block of SHA-512, two of MD5

// Hashes so many streams side by side, with MD5 and SHA-512 woven into each other.
struct woven_kernel {
    std::size_t lanes;         // so many streams, or fewer: the other lanes then work for nothing
    std::size_t lanes_paying;  // from as many on it is faster than the next narrower kernel

    // Takes each stream `blocks` blocks further; streams[i] are the data of chains[i]. There are
    // exactly `lanes` of both, and no two of the chains are the same.
    void (*run)(woven_chain* const* chains, const std::byte* const* streams, std::size_t blocks);
};

inline constexpr std::size_t woven_lanes_max = 8;

// The kernels of one instruction set, narrowest first; whoever calls them asks the CPU before.
inline constexpr std::size_t avx2_kernel_count = 2, avx512_kernel_count = 3;
extern const woven_kernel avx2_kernels[avx2_kernel_count];
extern const woven_kernel avx512_kernels[avx512_kernel_count];

}  // namespace glimt
