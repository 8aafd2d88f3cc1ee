// SPDX-License-Identifier: Apache-2.0
#include "server/response_writer.hpp"

#include "core/file_source.hpp"
#include "proto/chunked.hpp"
#include "proto/http_response.hpp"
#include "server/file_sending.hpp"

#include <algorithm>
#include <cstring>

namespace glimt {

namespace {

// Up to here copying a text behind its head is cheaper than a second write.
constexpr std::size_t text_joined_max = 32 * 1024;

// Room for a chunk's head before and its end behind the data in one buffer.
constexpr std::size_t chunk_head_max = 18;

enum class body_framing : std::uint8_t { none, length, chunked, until_close };

body_framing framing_of(const response& answer, const response_framing& how) {
    if (answer.without_length && answer.status == 204) return body_framing::none;
    if (!answer.stream || answer.stream_bytes) return body_framing::length;
    return how.chunked_allowed ? body_framing::chunked : body_framing::until_close;
}

void write_head(std::string& out, const response& answer, const response_framing& how,
                body_framing framing) {
    http::start_head(out, answer.status);
    for (const auto& [name, value] : answer.headers) http::add_header(out, name, value);
    if (framing == body_framing::length)
        http::add_header(out, "Content-Length",
                         answer.stream ? *answer.stream_bytes : answer.text.size());
    if (framing == body_framing::chunked) http::add_header(out, "Transfer-Encoding", "chunked");
    if (!how.connection.empty()) http::add_header(out, "Connection", how.connection);
    if (!how.date.empty()) http::add_header(out, "Date", how.date);
    http::end_head(out);
}

// Sends what the source gives: all of it, and never more than was announced.
task<bool> send_pieces(connection& peer, response& answer, body_framing framing,
                       std::chrono::milliseconds patience) {
    auto memory = co_await peer.here().buffers.acquire();
    auto* const begin = static_cast<char*>(memory.whole().data());
    const auto room = memory.whole().size() - chunk_head_max - http::chunk_end.size();
    std::uint64_t left = answer.stream_bytes.value_or(UINT64_MAX);
    while (left) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, room));
        const auto n =
            co_await answer.stream->read_some(asio::buffer(begin + chunk_head_max, wanted));
        if (n == 0) break;
        left -= n;
        auto piece = asio::buffer(begin + chunk_head_max, n);
        if (framing == body_framing::chunked) {
            const http::chunk_head head(n);
            const auto size = head.text().size();
            std::memcpy(begin + chunk_head_max - size, head.text().data(), size);
            std::memcpy(begin + chunk_head_max + n, http::chunk_end.data(), http::chunk_end.size());
            piece = asio::buffer(begin + chunk_head_max - size, size + n + http::chunk_end.size());
        }
        if (!co_await peer.send(piece, patience)) co_return false;
    }
    if (framing == body_framing::chunked)
        co_return co_await peer.send(asio::buffer(http::last_chunk), patience);
    co_return framing == body_framing::until_close || left == 0;
}

task<bool> send_stream(connection& peer, response& answer, body_framing framing,
                       std::chrono::milliseconds patience) {
    const auto* file = dynamic_cast<const file_source*>(answer.stream.get());
    if (file && framing == body_framing::length && file->rest().bytes == answer.stream_bytes) {
        switch (co_await send_file(peer, file->rest(), patience)) {
            case file_sending::sent: co_return true;
            case file_sending::broken: co_return false;
            case file_sending::not_possible: break;
        }
    }
    co_return co_await send_pieces(peer, answer, framing, patience);
}

}  // namespace

task<send_outcome> send_response(connection& peer, response& answer, const response_framing& how,
                                 std::chrono::milliseconds patience, std::string& scratch) {
    const auto framing = framing_of(answer, how);
    const bool with_text = !answer.stream && !how.omit_body && framing != body_framing::none;
    scratch.clear();
    write_head(scratch, answer, how, framing);
    const bool joined = answer.text.size() <= text_joined_max;
    if (with_text && joined) scratch += answer.text;
    peer.here().counters.count_response(answer.status);
    if (!co_await peer.send(asio::buffer(scratch), patience)) co_return send_outcome::broken;
    if (with_text && !joined && !co_await peer.send(asio::buffer(answer.text), patience))
        co_return send_outcome::broken;
    try {
        if (answer.stream && !how.omit_body &&
            !co_await send_stream(peer, answer, framing, patience)) {
            peer.reset_on_close();
            co_return send_outcome::broken;
        }
    } catch (...) {
        peer.reset_on_close();  // an end would look like the answer's
        throw;
    }
    co_return framing == body_framing::until_close ? send_outcome::ends_with_connection
                                                   : send_outcome::sent;
}

}  // namespace glimt
