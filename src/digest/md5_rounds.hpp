// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "digest/lane_words.hpp"

// MD5 (RFC 1321) a step at a time, of one stream or of several side by side.
namespace glimt::lanes {

inline constexpr int md5_steps = 64;
inline constexpr int md5_block_bytes = 64;

// floor(2^32 * |sin(step + 1)|)
inline constexpr std::uint32_t md5_addends[md5_steps] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};
inline constexpr int md5_rotations[4][4] = {
    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

// Which word of the block a step takes.
consteval int md5_word(int step) {
    constexpr int factor[] = {1, 5, 3, 7}, start[] = {0, 1, 5, 0};
    return (factor[step / 16] * step + start[step / 16]) % 16;
}

struct md5_fourth {  // y ^ (x | ~z), the RFC's I
    template <class Bits>
    [[gnu::always_inline]] constexpr Bits operator()(Bits x, Bits y, Bits z) const {
        return y ^ (x | ~z);
    }
};

template <int step, class Vector>
GLIMT_LANE_INLINE Vector md5_mixed(Vector b, Vector c, Vector d) {
    if constexpr (step < 16)
        return ternary<choose>(b, c, d);
    else if constexpr (step < 32)
        return ternary<choose>(d, b, c);
    else if constexpr (step < 48)
        return ternary<parity>(b, c, d);
    else
        return ternary<md5_fourth>(b, c, d);
}

// One step; `state` is a, b, c, d as they were before the first of the 64, and `sum` the step's
// word with its addend. Every step waits for the one before it by its b, so b comes in as late as
// can be.
template <int step, class Vector>
GLIMT_LANE_INLINE void md5_step_of_sum(Vector* state, Vector sum) {
    Vector& a = state[(64 - step) % 4];
    const Vector b = state[(65 - step) % 4], c = state[(66 - step) % 4], d = state[(67 - step) % 4];
    constexpr bool lone = sizeof(Vector) == sizeof(std::uint32_t);
    a += sum;
    if constexpr (lone) asm("" : "+r"(a));  // now: a compiler would add that up with what waits
    if constexpr (lone && step / 16 == 1) {
        a += c & ~d;  // two additions, of which only one waits
        a += b & d;
    } else {
        a += md5_mixed<step>(b, c, d);
    }
    a = rotate_left<md5_rotations[step / 16][step % 4]>(a) + b;
}
template <int step, class Vector>
GLIMT_LANE_INLINE void md5_step(Vector* state, Vector word) {
    md5_step_of_sum<step>(state, word + md5_addends[step]);
}

// The addends in the order of the block's words, a quarter of the steps after the other.
consteval int md5_place(int step) { return step / 16 * 16 + md5_word(step); }
struct md5_table {
    std::uint32_t of[md5_steps];
};
inline constexpr md5_table md5_addends_by_word = [] {
    md5_table made{};
    for (int step = 0; step < md5_steps; ++step) made.of[md5_place(step)] = md5_addends[step];
    return made;
}();

// The sums of a block of one stream, made in vectors and left in memory: a step then takes its sum
// with one instruction less.
class md5_sums {
public:
    [[gnu::always_inline]] explicit md5_sums(const std::byte* block) {
        using eight = vector<std::uint32_t, 8>;
        for (int first = 0; first < 16; first += 8) {
            const auto words = load<eight>(block + first * sizeof(std::uint32_t));
            for (int quarter = 0; quarter < md5_steps; quarter += 16) {
                const auto* addends =
                    reinterpret_cast<const std::byte*>(md5_addends_by_word.of + quarter + first);
                const eight sums = words + load<eight>(addends);
                __builtin_memcpy(sums_ + quarter + first, &sums, sizeof sums);
            }
        }
        asm("" : "+m"(sums_));  // a compiler would take them out of the vectors one by one
    }

    template <int step>
    [[gnu::always_inline]] std::uint32_t of() const {
        return sums_[md5_place(step)];
    }

private:
    alignas(32) std::uint32_t sums_[md5_steps];
};

}  // namespace glimt::lanes
