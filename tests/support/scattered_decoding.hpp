// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/chunk_scatter.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace glimt::http {

struct scattered {
    std::string data;
    std::size_t consumed = 0;
    std::size_t copied = 0;  // bytes of data that were not received where they end up
    bool done = false, failed = false;
};

// Decodes a body as a reader does that has a buffer of `room` bytes: what is certainly data is
// received with a scatter, `next_size()` bytes at a time; all else goes through the decoder alone.
inline scattered decode_scattered(std::span<const std::byte> wire, std::size_t room,
                                  const std::function<std::size_t()>& next_size) {
    chunked_decoder decoder;
    chunk_scatter scatter;
    scattered out;
    std::vector<std::byte> front;  // received, not decoded yet
    std::vector<std::byte> buffer(room);
    std::size_t at = 0;
    const auto ended = [&] { return decoder.done() || decoder.failed(); };
    const auto take = [&](std::span<const std::byte> data) {
        out.data.append(reinterpret_cast<const char*>(data.data()), data.size());
    };
    while (!ended() && (at < wire.size() || !front.empty())) {
        if (!front.empty()) {
            const auto step = decoder.feed(front);
            take(step.data);
            out.copied += step.data.size();
            out.consumed += step.consumed;
            front.erase(front.begin(), front.begin() + static_cast<std::ptrdiff_t>(step.consumed));
            continue;
        }
        auto piece = wire.subspan(at, std::min(next_size(), wire.size() - at));
        if (decoder.data_left() == 0) {
            at += piece.size();
            front.assign(piece.begin(), piece.end());
            continue;
        }
        std::size_t received = 0;
        for (const iovec& part : scatter.plan(decoder, buffer)) {
            const auto some = piece.first(std::min(piece.size(), part.iov_len));
            std::memcpy(part.iov_base, some.data(), some.size());
            piece = piece.subspan(some.size());
            received += some.size();
        }
        at += received;
        auto settled = scatter.settle(decoder, received);
        take(std::span(buffer).first(settled.data));
        out.consumed += received - settled.misplaced.size();
        front = std::move(settled.misplaced);
    }
    out.done = decoder.done();
    out.failed = decoder.failed();
    return out;
}

}  // namespace glimt::http
