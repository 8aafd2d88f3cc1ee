// SPDX-License-Identifier: Apache-2.0
#include "digest/block_hashes.hpp"

#include "digest/md5_rounds.hpp"
#include "digest/sha512_rounds.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace glimt {

using namespace lanes;

void md5_block(std::uint32_t* chain, const std::byte* block) {
    std::uint32_t state[] = {chain[0], chain[1], chain[2], chain[3]};
    unroll<md5_steps>(
        [&](auto step) { md5_step<step>(state, load<std::uint32_t>(block + 4 * md5_word(step))); });
    for (int i = 0; i < 4; ++i) chain[i] += state[i];
}

void sha512_block(std::uint64_t* chain, const std::byte* block) {
    sha512_state<std::uint64_t> state;
    std::copy_n(chain, 8, state.word);
    state.begin_block();
    std::uint64_t words[16];
    for (int i = 0; i < 16; ++i)
        words[i] = from_big_endian(load<std::uint64_t>(block + i * sizeof words[i]));
    unroll<sha512_rounds>([&](auto round) {
        sha512_round<round>(state, sha512_word<round>(words) + sha512_addends[round]);
    });
    for (int i = 0; i < 8; ++i) chain[i] += state.word[i];
}

void md5_end(std::uint32_t* chain, std::span<const std::byte> tail, std::uint64_t bytes) {
    assert(tail.size() < 2 * md5_block_bytes);
    if (tail.size() >= md5_block_bytes) {
        md5_block(chain, tail.data());
        tail = tail.subspan(md5_block_bytes);
    }
    std::array<std::byte, 2 * md5_block_bytes> last{};
    std::ranges::copy(tail, last.begin());
    last[tail.size()] = std::byte(0x80);
    const std::uint64_t bits = bytes * 8;
    const std::size_t size = tail.size() + 1 + sizeof bits <= md5_block_bytes ? 64 : 128;
    for (std::size_t i = 0; i < sizeof bits; ++i)
        last[size - sizeof bits + i] = std::byte(bits >> 8 * i);
    for (std::size_t at = 0; at < size; at += md5_block_bytes) md5_block(chain, last.data() + at);
}

void sha512_end(std::uint64_t* chain, std::span<const std::byte> tail, std::uint64_t bytes) {
    assert(tail.size() < sha512_block_bytes);
    constexpr std::size_t length_bytes = 16;
    std::array<std::byte, 2 * sha512_block_bytes> last{};
    std::ranges::copy(tail, last.begin());
    last[tail.size()] = std::byte(0x80);
    const std::size_t size = tail.size() + 1 + length_bytes <= sha512_block_bytes ? 128 : 256;
    const std::uint64_t bits[] = {bytes * 8, bytes >> 61};  // low, high
    for (std::size_t i = 0; i < length_bytes; ++i)
        last[size - 1 - i] = std::byte(bits[i / 8] >> i % 8 * 8);
    for (std::size_t at = 0; at < size; at += sha512_block_bytes)
        sha512_block(chain, last.data() + at);
}

}  // namespace glimt
