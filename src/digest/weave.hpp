// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "digest/md5_rounds.hpp"
#include "digest/sha512_rounds.hpp"
#include "digest/woven_kernels.hpp"

// The kernels, to be compiled once for each instruction set.
//
// MD5 is a single chain of dependent operations that leaves most of a core idle; SHA-512 is wide.
// So their steps alternate in the source, eight of MD5 for five of SHA-512, and the core overlaps
// them. A compiler's scheduler would sort them apart again: it is off for these sources
// (CMakeLists.txt).
namespace glimt::lanes {

// Runs the 128 steps and 80 rounds of a block, woven: `step(constant<i>)` and `round(constant<i>)`.
template <class Step, class Round>
GLIMT_LANE_INLINE void weave(Step step, Round round) {
    unroll<2 * md5_steps>([&](auto i) __attribute__((always_inline)) {
        constexpr int before = i * 5 / 8, after = (i + 1) * 5 / 8;
        step(i);
        if constexpr (after > before) round(constant<before>());
    });
}

// Many streams: both hashes in vector lanes.
template <int lanes>
static void weave_lanes(woven_chain* const* chains, const std::byte* const* streams,
                        std::size_t blocks) {
    using word32 = vector<std::uint32_t, lanes>;
    using word64 = vector<std::uint64_t, lanes>;
    word32 md5[4];
    sha512_state<word64> sha512;
    for (int lane = 0; lane < lanes; ++lane) {
        for (int i = 0; i < 4; ++i) md5[i][lane] = chains[lane]->md5[i];
        for (int i = 0; i < 8; ++i) sha512.word[i][lane] = chains[lane]->sha512[i];
    }
    for (std::size_t at = 0; at < blocks * woven_block_bytes; at += woven_block_bytes) {
        word64 words[16];
        load_side_by_side<std::uint64_t, lanes, 16>(words, streams, at);
        for (word64& each : words) each = from_big_endian(each);
        word32 md5_words[32];
        load_side_by_side<std::uint32_t, lanes, 32>(md5_words, streams, at);
        word32 md5_before[4];
        word64 before[8];
        for (int i = 0; i < 4; ++i) md5_before[i] = md5[i];
        for (int i = 0; i < 8; ++i) before[i] = sha512.word[i];
        sha512.begin_block();
        const auto step = [&](auto i) __attribute__((always_inline)) {
            constexpr int of_block = i % md5_steps;
            md5_step<of_block>(md5, md5_words[i / md5_steps * 16 + md5_word(of_block)]);
            if constexpr (of_block == md5_steps - 1)
                for (int k = 0; k < 4; ++k) md5_before[k] = md5[k] += md5_before[k];
        };
        const auto round = [&](auto i) __attribute__((always_inline)) {
            sha512_round<i>(sha512, sha512_word<i>(words) + sha512_addends[i]);
        };
        weave(step, round);
        for (int i = 0; i < 8; ++i) sha512.word[i] += before[i];
    }
    for (int lane = 0; lane < lanes; ++lane) {
        for (int i = 0; i < 4; ++i) chains[lane]->md5[i] = md5[i][lane];
        for (int i = 0; i < 8; ++i) chains[lane]->sha512[i] = sha512.word[i][lane];
    }
}

// SHA-512's schedule of one stream: the words of four rounds at a time, in four vectors. Beside
// them in memory the words with their addends, as the rounds take them.
class lone_schedule {
public:
    [[gnu::always_inline]] explicit lone_schedule(const std::byte* block) {
        for (int i = 0; i < 4; ++i) {
            words_[i] = from_big_endian(load<four>(block + i * sizeof(four)));
            add(i, i);
        }
    }

    [[gnu::always_inline]] std::uint64_t word(int round) const { return with_addends_[round % 16]; }

    // Once the last round of a four has taken its word: makes those of sixteen rounds later.
    template <int round>
    [[gnu::always_inline]] void move_on() {
        if constexpr (round % 4 == 3 && round + 13 < sha512_rounds) {
            constexpr int group = round / 4;
            four& w0 = words_[group % 4];
            const four w4 = words_[(group + 1) % 4], w8 = words_[(group + 2) % 4],
                       w12 = words_[(group + 3) % 4];
            const four sum = w0 + __builtin_shufflevector(w8, w12, 1, 2, 3, 4) +
                             sha512_small_sigma0(__builtin_shufflevector(w0, w4, 1, 2, 3, 4));
            const two low = __builtin_shufflevector(sum, sum, 0, 1) +
                            sha512_small_sigma1(__builtin_shufflevector(w12, w12, 2, 3));
            const two high = __builtin_shufflevector(sum, sum, 2, 3) + sha512_small_sigma1(low);
            w0 = __builtin_shufflevector(low, high, 0, 1, 2, 3);
            add(group % 4, group + 4);
        }
    }

private:
    using two = vector<std::uint64_t, 2>;
    using four = vector<std::uint64_t, 4>;

    [[gnu::always_inline]] void add(int place, int group) {
        const auto* addends = reinterpret_cast<const std::byte*>(sha512_addends + 4 * group);
        const four sum = words_[place] + load<four>(addends);
        __builtin_memcpy(with_addends_ + 4 * place, &sum, sizeof sum);
    }

    four words_[4];
    alignas(four) std::uint64_t with_addends_[16];
};

// One stream: MD5 in the integer units, SHA-512's schedule in the vector units, and its rounds in
// those of `Word`: an integer, or a vector of which one lane is used.
template <class Word>
static void weave_one(woven_chain* const* chains, const std::byte* const* streams,
                      std::size_t blocks) {
    std::uint32_t md5[4];
    sha512_state<Word> sha512;
    const auto word_of = [](std::uint64_t value) __attribute__((always_inline)) {
        if constexpr (sizeof(Word) == sizeof value)
            return value;
        else
            return Word{value};
    };
    const auto value_of = [](Word word) __attribute__((always_inline)) {
        if constexpr (sizeof(Word) == sizeof(std::uint64_t))
            return word;
        else
            return word[0];
    };
    for (int i = 0; i < 4; ++i) md5[i] = chains[0]->md5[i];
    for (int i = 0; i < 8; ++i) sha512.word[i] = word_of(chains[0]->sha512[i]);
    const std::byte* const end = streams[0] + blocks * woven_block_bytes;
    for (const std::byte* block = streams[0]; block != end; block += woven_block_bytes) {
        lone_schedule schedule(block);
        std::uint32_t md5_before[4];
        Word before[8];
        for (int i = 0; i < 4; ++i) md5_before[i] = md5[i];
        for (int i = 0; i < 8; ++i) before[i] = sha512.word[i];
        sha512.begin_block();
        const auto step = [&](auto i) __attribute__((always_inline)) {
            constexpr int of_block = i % md5_steps;
            constexpr int word = i / md5_steps * 16 + md5_word(of_block);
            md5_step<of_block>(md5, load<std::uint32_t>(block + word * sizeof(std::uint32_t)));
            if constexpr (of_block == md5_steps - 1)
                for (int k = 0; k < 4; ++k) md5_before[k] = md5[k] += md5_before[k];
        };
        const auto round = [&](auto i) __attribute__((always_inline)) {
            sha512_round<i>(sha512, word_of(schedule.word(i)));
            schedule.template move_on<i>();
        };
        weave(step, round);
        for (int i = 0; i < 8; ++i) sha512.word[i] += before[i];
    }
    for (int i = 0; i < 4; ++i) chains[0]->md5[i] = md5[i];
    for (int i = 0; i < 8; ++i) chains[0]->sha512[i] = value_of(sha512.word[i]);
}

}  // namespace glimt::lanes
