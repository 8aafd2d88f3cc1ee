// SPDX-License-Identifier: Apache-2.0
#include "digest/woven_hasher.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace glimt {
namespace {

template <class Word>
std::string in_memory_order(const Word* words, std::size_t bytes) {
    return hexadecimal(std::as_bytes(std::span(words, bytes / sizeof(Word))));
}

}  // namespace

woven_hasher::woven_hasher(kernel_set with, const sha512_variant& variant)
    : with_(with), sha512_digest_bytes_(variant.digest_bytes) {
    std::ranges::copy(md5_initial, chain_.md5);
    std::ranges::copy(variant.initial, chain_.sha512);
}

void woven_hasher::update(std::span<const std::byte> bytes) noexcept {
    woven_piece piece(*this, bytes);
    woven_piece* const alone[] = {&piece};
    while (!piece.ended())
        woven_piece::advance(with_, alone, std::numeric_limits<std::size_t>::max());
}

data_digests woven_hasher::finish() {
    const auto tail = std::span(tail_).first(bytes_ % woven_block_bytes);
    md5_end(chain_.md5, tail, bytes_);
    sha512_end(chain_.sha512, tail, bytes_);
    for (std::uint64_t& each : chain_.sha512) each = __builtin_bswap64(each);
    return {.checksum = in_memory_order(chain_.md5, sizeof chain_.md5),
            .os_hash_value = in_memory_order(chain_.sha512, sha512_digest_bytes_)};
}

woven_piece::woven_piece(woven_hasher& of, std::span<const std::byte> bytes) noexcept
    : of_(&of), bytes_(bytes) {
    const std::size_t begun = of.bytes_ % woven_block_bytes;
    if (begun > 0) {
        const auto rest = bytes_.first(std::min(bytes_.size(), woven_block_bytes - begun));
        std::ranges::copy(rest, of.tail_.begin() + static_cast<std::ptrdiff_t>(begun));
        bytes_ = bytes_.subspan(rest.size());
        of.bytes_ += rest.size();
        if (of.bytes_ % woven_block_bytes == 0) {
            for (std::size_t at = 0; at < woven_block_bytes; at += woven_block_bytes / 2)
                md5_block(of.chain_.md5, of.tail_.data() + at);
            sha512_block(of.chain_.sha512, of.tail_.data());
        }
    }
    keep_tail();
}

void woven_piece::keep_tail() noexcept {
    if (bytes_.size() >= woven_block_bytes) return;
    std::ranges::copy(bytes_, of_->tail_.begin());
    of_->bytes_ += bytes_.size();
    bytes_ = {};
}

void woven_piece::advance(const kernel_set& with, std::span<woven_piece* const> pieces,
                          std::size_t bytes_max) noexcept {
    const auto left = [](const woven_piece* piece) { return piece->bytes_.size(); };
    const std::size_t blocks =
        std::min(bytes_max, left(*std::ranges::min_element(pieces, {}, left))) / woven_block_bytes;
    assert(blocks > 0);
    for (auto rest = pieces; !rest.empty();) {
        const woven_kernel& kernel = with.for_streams(rest.size());
        const auto some = rest.first(std::min(rest.size(), kernel.lanes));
        rest = rest.subspan(some.size());
        // What lanes without a stream make of the first one's data goes nowhere.
        std::array<woven_chain, woven_lanes_max> unused{};
        std::array<woven_chain*, woven_lanes_max> chains;
        std::array<const std::byte*, woven_lanes_max> streams;
        for (std::size_t lane = 0; lane < kernel.lanes; ++lane) {
            const bool used = lane < some.size();
            chains[lane] = used ? &some[lane]->of_->chain_ : &unused[lane];
            streams[lane] = some[used ? lane : 0]->bytes_.data();
        }
        kernel.run(chains.data(), streams.data(), blocks);
    }
    const std::size_t bytes = blocks * woven_block_bytes;
    for (woven_piece* each : pieces) {
        each->bytes_ = each->bytes_.subspan(bytes);
        each->of_->bytes_ += bytes;
        each->keep_tail();
    }
}

}  // namespace glimt
