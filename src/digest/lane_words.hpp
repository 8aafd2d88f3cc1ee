// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#ifdef __AVX512VL__
#include <immintrin.h>
#endif

// Words of several streams side by side in a vector register, one lane each, and what hashes do
// with them. One lane is an ordinary integer.
//
// Everything is static and always inline: sources with different instruction sets include this, and
// the linker must not let one have a function of another's. So are the rounds that build on it.
namespace glimt::lanes {

#define GLIMT_LANE_INLINE [[gnu::always_inline]] static inline

template <class Word, int count>
struct vector_of {
    using type __attribute__((vector_size(sizeof(Word) * count))) = Word;
};
template <class Word>
struct vector_of<Word, 1> {
    using type = Word;
};
template <class Word, int count>
using vector = typename vector_of<Word, count>::type;

template <int value>
using constant = std::integral_constant<int, value>;

// Calls each(constant<0>), each(constant<1>) … one after the other: a loop that is certainly
// unrolled.
template <class Function, int... index>
GLIMT_LANE_INLINE void unroll(Function& each, std::integer_sequence<int, index...>) {
    (each(constant<index>()), ...);
}
template <int count, class Function>
GLIMT_LANE_INLINE void unroll(Function each) {
    unroll(each, std::make_integer_sequence<int, count>());
}

// Compilers know these as rotations.
template <int bits, class Vector>
GLIMT_LANE_INLINE Vector rotate_left(Vector x) {
    constexpr int width = sizeof(x[0]) * 8;
    return (x << bits) | (x >> (width - bits));
}
template <int bits>
GLIMT_LANE_INLINE std::uint32_t rotate_left(std::uint32_t x) {
    return (x << bits) | (x >> (32 - bits));
}
template <int bits>
GLIMT_LANE_INLINE std::uint64_t rotate_right(std::uint64_t x) {
    return (x >> bits) | (x << (64 - bits));
}
template <int bits, class Vector>
GLIMT_LANE_INLINE Vector rotate_right(Vector x) {
    return (x >> bits) | (x << (64 - bits));
}

// Boolean functions of three words.
struct choose {  // x ? y : z
    template <class Bits>
    [[gnu::always_inline]] constexpr Bits operator()(Bits x, Bits y, Bits z) const {
        return z ^ (x & (y ^ z));
    }
};
struct majority {
    template <class Bits>
    [[gnu::always_inline]] constexpr Bits operator()(Bits x, Bits y, Bits z) const {
        return (x & y) | (z & (x | y));
    }
};
struct parity {
    template <class Bits>
    [[gnu::always_inline]] constexpr Bits operator()(Bits x, Bits y, Bits z) const {
        return x ^ y ^ z;
    }
};

#ifdef __AVX512VL__
inline constexpr bool has_ternary = true;

// AVX-512 has them all in one instruction, which takes the function's truth table.
template <class Function, class Vector>
GLIMT_LANE_INLINE Vector ternary(Vector x, Vector y, Vector z) {
    constexpr int table = Function()(0xF0, 0xCC, 0xAA) & 0xFF;
    if constexpr (sizeof(Vector) == 64)
        return (Vector)_mm512_ternarylogic_epi64((__m512i)x, (__m512i)y, (__m512i)z, table);
    else if constexpr (sizeof(Vector) == 32)
        return (Vector)_mm256_ternarylogic_epi64((__m256i)x, (__m256i)y, (__m256i)z, table);
    else if constexpr (sizeof(Vector) == 16)
        return (Vector)_mm_ternarylogic_epi64((__m128i)x, (__m128i)y, (__m128i)z, table);
    else
        return Function()(x, y, z);
}
#else
inline constexpr bool has_ternary = false;

template <class Function, class Vector>
GLIMT_LANE_INLINE Vector ternary(Vector x, Vector y, Vector z) {
    return Function()(x, y, z);
}
#endif

GLIMT_LANE_INLINE std::uint64_t from_big_endian(std::uint64_t x) { return __builtin_bswap64(x); }

template <class Vector, int... index>
GLIMT_LANE_INLINE Vector swap_bytes(Vector x, std::integer_sequence<int, index...>) {
    const auto bytes = (vector<std::uint8_t, sizeof(Vector)>)x;
    return (Vector)__builtin_shufflevector(bytes, bytes, (index ^ 7)...);
}
template <class Vector>
GLIMT_LANE_INLINE Vector from_big_endian(Vector x) {
    return swap_bytes(x, std::make_integer_sequence<int, sizeof(Vector)>());
}

template <class Vector>
GLIMT_LANE_INLINE Vector load(const std::byte* from) {
    Vector words;
    __builtin_memcpy(&words, from, sizeof words);
    return words;
}

// Exchanges the upper of two blocks of `distance` words of x with the lower of y's, all along.
template <int count, int distance, class Vector, int... index>
GLIMT_LANE_INLINE void exchange(Vector& x, Vector& y, std::integer_sequence<int, index...>) {
    const Vector low = __builtin_shufflevector(
        x, y, (index / distance % 2 == 0 ? index : count + index - distance)...);
    y = __builtin_shufflevector(x, y,
                                (index / distance % 2 == 0 ? index + distance : count + index)...);
    x = low;
}

// The square of `count` vectors of `count` words: word i of row k becomes word k of row i.
template <int count, int distance = count / 2, class Vector>
GLIMT_LANE_INLINE void transpose(Vector* rows) {
    if constexpr (distance > 0) {
        unroll<count>([&](auto row) __attribute__((always_inline)) {
            if constexpr (row / distance % 2 == 0)
                exchange<count, distance>(rows[row], rows[row + distance],
                                          std::make_integer_sequence<int, count>());
        });
        transpose<count, distance / 2>(rows);
    }
}

// The next `words` words of each of `count` streams, from `at` on: words[i] has the i-th of all.
template <class Word, int count, int words>
GLIMT_LANE_INLINE void load_side_by_side(vector<Word, count>* into, const std::byte* const* streams,
                                         std::size_t at) {
    using row = vector<Word, count>;
    for (int first = 0; first < words; first += count) {
        row rows[count];
        for (int i = 0; i < count; ++i) rows[i] = load<row>(streams[i] + at + first * sizeof(Word));
        transpose<count>(rows);
        for (int i = 0; i < count; ++i) into[first + i] = rows[i];
    }
}

}  // namespace glimt::lanes
