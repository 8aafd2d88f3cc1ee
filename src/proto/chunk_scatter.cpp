// SPDX-License-Identifier: Apache-2.0
#include "proto/chunk_scatter.hpp"

#include <algorithm>
#include <cassert>

namespace glimt::http {

namespace {

// A short read ends in the midst of a part; `left` bytes were received from this one on.
std::span<const std::byte> received_of(const iovec& part, std::size_t left) {
    return {static_cast<const std::byte*>(part.iov_base), std::min(part.iov_len, left)};
}

}  // namespace

void chunk_scatter::add(std::span<std::byte> part) {
    parts_[count_++] = {part.data(), part.size()};
}

std::span<const iovec> chunk_scatter::plan(const chunked_decoder& decoder,
                                           std::span<std::byte> into) {
    assert(decoder.data_left() > 0 && !into.empty());
    count_ = 0;
    const std::size_t framing = decoder.framing_bytes();
    const bool bets = framing <= framing_bytes_max;
    std::uint64_t data = decoder.data_left();
    for (auto room = into; !room.empty() && count_ < parts_.size(); data = decoder.chunk_bytes()) {
        add(room.first(std::min<std::uint64_t>(data, room.size())));
        room = room.subspan(parts_[count_ - 1].iov_len);
        if (!bets || parts_[count_ - 1].iov_len < data) break;
        add(std::span(framing_).subspan(count_ / 2 * framing_bytes_max, framing));
    }
    return std::span(parts_).first(count_);
}

chunk_scatter::result chunk_scatter::settle(chunked_decoder& decoder, std::size_t received) {
    result out;
    std::size_t left = received;
    for (std::size_t i = 0; i < count_ && left > 0; ++i) {
        const auto got = received_of(parts_[i], left);
        const bool is_data = i % 2 == 0;
        // Data is taken for as much as it is; framing as far as framing goes.
        const std::size_t taken =
            is_data
                ? decoder.feed(got.first(std::min<std::uint64_t>(decoder.data_left(), got.size())))
                      .data.size()
                : decoder.feed_framing(got);
        if (is_data) out.data += taken;
        left -= taken;
        const bool lost = taken < got.size() || (!is_data && left > 0 && decoder.data_left() == 0);
        if (!lost) continue;
        const auto rest = got.subspan(taken);
        out.misplaced.assign(rest.begin(), rest.end());
        left -= rest.size();
        for (++i; i < count_ && left > 0; ++i) {
            const auto more = received_of(parts_[i], left);
            out.misplaced.insert(out.misplaced.end(), more.begin(), more.end());
            left -= more.size();
        }
    }
    return out;
}

}  // namespace glimt::http
