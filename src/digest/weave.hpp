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

// Runs `steps` steps and the rounds that go with them, 80 with 128, woven: `step(constant<i>)` and
// `round(constant<i>)`.
template <int steps, class Step, class Round>
GLIMT_LANE_INLINE void weave(Step step, Round round) {
    unroll<steps>([&](auto i) __attribute__((always_inline)) {
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
        weave<2 * md5_steps>(step, round);
        for (int i = 0; i < 8; ++i) sha512.word[i] += before[i];
    }
    for (int lane = 0; lane < lanes; ++lane) {
        for (int i = 0; i < 4; ++i) chains[lane]->md5[i] = md5[i][lane];
        for (int i = 0; i < 8; ++i) chains[lane]->sha512[i] = sha512.word[i][lane];
    }
}

// A block of MD5 of one of a pair of streams.
class paired_block {
public:
    [[gnu::always_inline]] paired_block(const std::uint32_t* state, const std::byte* block)
        : sums_(block) {
        for (int i = 0; i < 4; ++i) {
            state_[i] = state[i];
            asm("" : "+r"(state_[i]));
        }
    }

    template <int number>
    [[gnu::always_inline]] void step() {
        md5_step_of_sum<number>(state_, sums_.template of<number>());
    }

    // After the last step.
    [[gnu::always_inline]] void end(std::uint32_t* state) const {
        for (int i = 0; i < 4; ++i) {
            std::uint32_t own = state_[i];
            asm(""
                : "+r"(own));  // gathered into a vector they would come too late to the next block
            state[i] += own;
        }
    }

private:
    std::uint32_t state_[4];
    md5_sums sums_;
};

// Four streams, without rotations in the vector units: SHA-512 in vector lanes still, but MD5 in
// the integer units, which vectors leave idle, two streams at a time to cover its latency. What two
// streams do in a block of MD5 goes with sixteen rounds, in a loop that fits into the cache of
// decoded instructions; so the first sixteen rounds are on their own.
template <int lanes>
static void weave_pairs(woven_chain* const* chains, const std::byte* const* streams,
                        std::size_t blocks) {
    constexpr int turn_rounds = 16;
    static_assert(lanes * turn_rounds == sha512_rounds - turn_rounds);
    using word64 = vector<std::uint64_t, lanes>;
    sha512_state<word64> sha512;
    for (int lane = 0; lane < lanes; ++lane)
        for (int i = 0; i < 8; ++i) sha512.word[i][lane] = chains[lane]->sha512[i];
    for (std::size_t at = 0; at < blocks * woven_block_bytes; at += woven_block_bytes) {
        word64 words[16];
        load_side_by_side<std::uint64_t, lanes, 16>(words, streams, at);
        for (word64& each : words) each = from_big_endian(each);
        word64 before[8];
        for (int i = 0; i < 8; ++i) before[i] = sha512.word[i];
        sha512.begin_block();
#pragma clang loop unroll(disable)
        for (int first = 0; first < turn_rounds; first += 8) {
            unroll<8>([&](auto i) __attribute__((always_inline)) {
                sha512_round<i>(sha512, words[first + i] + sha512_addends[first + i]);
            });
        }
#pragma clang loop unroll(disable)
        for (int first = turn_rounds; first < sha512_rounds; first += turn_rounds) {
            const int turn = first / turn_rounds - 1, pair = turn / 2 * 2;
            const std::size_t from = at + static_cast<std::size_t>(turn % 2) * md5_block_bytes;
            paired_block one(chains[pair]->md5, streams[pair] + from);
            paired_block other(chains[pair + 1]->md5, streams[pair + 1] + from);
            unroll<md5_steps>([&](auto i) __attribute__((always_inline)) {
                one.template step<i>();
                other.template step<i>();
                if constexpr (i % 4 == 3) {
                    constexpr int round = i / 4;
                    sha512_round<round>(sha512, sha512_word<turn_rounds + round>(words) +
                                                    sha512_addends[first + round]);
                }
            });
            one.end(chains[pair]->md5);
            other.end(chains[pair + 1]->md5);
        }
        for (int i = 0; i < 8; ++i) sha512.word[i] += before[i];
    }
    for (int lane = 0; lane < lanes; ++lane)
        for (int i = 0; i < 8; ++i) chains[lane]->sha512[i] = sha512.word[i][lane];
}

// SHA-512's schedule of one stream: the words of four rounds at a time, in four vectors. Beside
// them in memory the words with their addends, as the rounds take them. `first` is the first round
// of the half under way.
class lone_schedule {
public:
    [[gnu::always_inline]] explicit lone_schedule(const std::byte* block) {
        for (int i = 0; i < 4; ++i) {
            words_[i] = from_big_endian(load<four>(block + i * sizeof(four)));
            add(i, 4 * i);
        }
    }

    [[gnu::always_inline]] std::uint64_t word(int round) const { return with_addends_[round]; }

    // Once the last round of a four has taken its word: makes those of sixteen rounds later.
    template <int of_half>
    [[gnu::always_inline]] void move_on(int first) {
        if constexpr (of_half % 4 == 3) {
            if (of_half + 13 >= half_rounds && first > 0) return;  // there are no later rounds
            constexpr int group = of_half / 4;
            four& w0 = words_[group % 4];
            const four w4 = words_[(group + 1) % 4], w8 = words_[(group + 2) % 4],
                       w12 = words_[(group + 3) % 4];
            const four sum = w0 + __builtin_shufflevector(w8, w12, 1, 2, 3, 4) +
                             sha512_small_sigma0(__builtin_shufflevector(w0, w4, 1, 2, 3, 4));
            const two low = __builtin_shufflevector(sum, sum, 0, 1) +
                            sha512_small_sigma1(__builtin_shufflevector(w12, w12, 2, 3));
            const two high = __builtin_shufflevector(sum, sum, 2, 3) + sha512_small_sigma1(low);
            w0 = __builtin_shufflevector(low, high, 0, 1, 2, 3);
            add(group % 4, first + 4 * group + 16);
        }
    }

    // Between the halves: a half is no whole number of turns of the vectors.
    [[gnu::always_inline]] void turn() {
        static_assert(half_rounds % 16 == 8);
        std::swap(words_[0], words_[2]);
        std::swap(words_[1], words_[3]);
    }

    static constexpr int half_rounds = sha512_rounds / 2;

private:
    using two = vector<std::uint64_t, 2>;
    using four = vector<std::uint64_t, 4>;

    [[gnu::always_inline]] void add(int place, int round) {
        const auto* addends = reinterpret_cast<const std::byte*>(sha512_addends + round);
        const four sum = words_[place] + load<four>(addends);
        __builtin_memcpy(with_addends_ + round, &sum, sizeof sum);
    }

    four words_[4];
    alignas(four) std::uint64_t with_addends_[sha512_rounds];
};

// One stream: MD5 in the integer units, SHA-512's schedule in the vector units, and its rounds in
// those of `Word`: an integer, or a vector of which one lane is used. A block of MD5 and half a
// block of SHA-512 by turns: both halves are the same instructions, which so fit into the cache of
// decoded ones.
template <class Word>
static void weave_one(woven_chain* const* chains, const std::byte* const* streams,
                      std::size_t blocks) {
    constexpr int half_rounds = lone_schedule::half_rounds;
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
    const std::byte* block = streams[0];
    for (const std::byte* const end = block + blocks * woven_block_bytes; block != end;) {
        lone_schedule schedule(block);
        Word before[8];
        for (int i = 0; i < 8; ++i) before[i] = sha512.word[i];
        sha512.begin_block();
#pragma clang loop unroll(disable)
        for (int first = 0; first < sha512_rounds; first += half_rounds) {
            const md5_sums sums(block);
            std::uint32_t md5_before[4];
            for (int i = 0; i < 4; ++i) md5_before[i] = md5[i];
            const auto step = [&](auto i) __attribute__((always_inline)) {
                md5_step_of_sum<i>(md5, sums.template of<i>());
            };
            const auto round = [&](auto i) __attribute__((always_inline)) {
                sha512_round<i>(sha512, word_of(schedule.word(first + i)));
                schedule.template move_on<i>(first);
            };
            weave<md5_steps>(step, round);
            for (int i = 0; i < 4; ++i) md5[i] += md5_before[i];
            schedule.turn();
            block += md5_block_bytes;
        }
        for (int i = 0; i < 8; ++i) sha512.word[i] += before[i];
    }
    for (int i = 0; i < 4; ++i) chains[0]->md5[i] = md5[i];
    for (int i = 0; i < 8; ++i) chains[0]->sha512[i] = value_of(sha512.word[i]);
}

}  // namespace glimt::lanes
