// SPDX-License-Identifier: Apache-2.0
// Compiled for SHA-NI and SSE 4.1.
#ifdef __x86_64__
#include "digest/sha256_kernel.hpp"

#include "digest/md5_rounds.hpp"

#include <immintrin.h>

namespace glimt {
namespace {

using namespace lanes;

// FIPS 180-4, 4.2.2
alignas(16) constexpr std::uint32_t addends[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

GLIMT_LANE_INLINE __m128i big_endian_words(const std::byte* from) {
    const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    return _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)), order);
}

// a to h as the instructions want them: a, b, e, f in one register and c, d, g, h in the other, the
// first of them in the highest place.
struct sha256_state {
    __m128i abef, cdgh;
};

// Four rounds, the group-th of sixteen; `words` begins as the block, and a group leaves the words
// of four groups later behind.
template <int group>
GLIMT_LANE_INLINE void four_rounds(sha256_state& state, __m128i* words) {
    __m128i& now = words[group % 4];
    const auto* addend = reinterpret_cast<const __m128i*>(addends + 4 * group);
    const __m128i sum = _mm_add_epi32(now, _mm_load_si128(addend));
    state.cdgh = _mm_sha256rnds2_epu32(state.cdgh, state.abef, sum);
    state.abef = _mm_sha256rnds2_epu32(state.abef, state.cdgh, _mm_shuffle_epi32(sum, 0x0e));
    if constexpr (group < 12) {
        const __m128i next = words[(group + 1) % 4], second = words[(group + 2) % 4],
                      third = words[(group + 3) % 4];
        now = _mm_add_epi32(_mm_sha256msg1_epu32(now, next), _mm_alignr_epi8(third, second, 4));
        now = _mm_sha256msg2_epu32(now, third);
    }
}

}  // namespace

void hash_with_sha_instructions(sha256_chain& chain, const std::byte* stream, std::size_t blocks) {
    std::uint32_t md5[] = {chain.md5[0], chain.md5[1], chain.md5[2], chain.md5[3]};
    const auto& h = chain.sha256;
    const auto word = [&](int i) { return static_cast<int>(h[i]); };
    sha256_state state{_mm_set_epi32(word(0), word(1), word(4), word(5)),
                       _mm_set_epi32(word(2), word(3), word(6), word(7))};
    for (const std::byte* const end = stream + blocks * sha256_block_bytes; stream != end;
         stream += sha256_block_bytes) {
        const sha256_state before = state;
        const std::uint32_t md5_before[] = {md5[0], md5[1], md5[2], md5[3]};
        __m128i words[4];
        for (int i = 0; i < 4; ++i) words[i] = big_endian_words(stream + 16 * i);
        unroll<md5_steps>([&](auto step) __attribute__((always_inline)) {
            md5_step<step>(md5, load<std::uint32_t>(stream + 4 * md5_word(step)));
            if constexpr (step % 4 == 3) four_rounds<step / 4>(state, words);
        });
        for (int i = 0; i < 4; ++i) md5[i] += md5_before[i];
        state.abef = _mm_add_epi32(state.abef, before.abef);
        state.cdgh = _mm_add_epi32(state.cdgh, before.cdgh);
    }
    for (int i = 0; i < 4; ++i) chain.md5[i] = md5[i];
    alignas(16) std::uint32_t abef[4], cdgh[4];
    _mm_store_si128(reinterpret_cast<__m128i*>(abef), state.abef);
    _mm_store_si128(reinterpret_cast<__m128i*>(cdgh), state.cdgh);
    for (int i = 0; i < 2; ++i) {
        chain.sha256[i] = abef[3 - i];
        chain.sha256[4 + i] = abef[1 - i];
        chain.sha256[2 + i] = cdgh[3 - i];
        chain.sha256[6 + i] = cdgh[1 - i];
    }
}

}  // namespace glimt
#endif
