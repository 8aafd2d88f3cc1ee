// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/stream.hpp"
#include "proto/chunk_scatter.hpp"
#include "proto/message.hpp"
#include "server/connection.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace glimt {

enum class body_error : std::uint8_t {
    none,
    ended,     // the client went before the declared end: an aborted upload
    broken,    // the chunks' framing is no framing
    too_slow,  // no byte for too long, or too few in all
};

// A request's body as it comes from the connection: by length, chunked, or none. Bytes of a length
// and of large chunks are received straight into the reader's memory.
//
// When the bytes go wrong a read throws and error() tells how; the session then answers 400 or 408,
// if anybody still listens, and closes.
class request_body final : public source {
public:
    request_body(connection& peer, const request_head& head, const settings& limits);

    task<std::size_t> read_some(asio::mutable_buffer into) override;
    task<> wait() override;
    bool has_more_now() const override;

    // Whether every byte was read, so that the next request can begin.
    bool finished() const noexcept { return finished_; }

    // What has gone wrong with its bytes, when read_some() threw anything but operation_aborted.
    body_error error() const noexcept { return error_; }

    // Whether what was not read is so little that taking it is cheaper than a new connection. Not
    // when a 100 (Continue) is still owed: then nobody knows what the client sends next.
    bool rest_is_small() const noexcept;

    // Reads and forgets a small rest; false when it did not come.
    task<bool> skip_rest();

private:
    task<> continue_if_owed();
    task<bool> wait_for_data();
    task<std::size_t> read_length(asio::mutable_buffer into);
    task<std::size_t> read_chunked(asio::mutable_buffer into);
    std::size_t decode_received(asio::mutable_buffer into);
    task<> receive_framing();
    task<std::size_t> receive(std::span<const iovec> into);
    task<std::size_t> receive_chunks(asio::mutable_buffer into);
    void count(std::size_t taken);
    void expect_bytes();
    bool below_least_rate() const;
    [[noreturn]] void fail(body_error why);
    void finish();

    connection& peer_;
    const settings& limits_;
    std::uint64_t left_ = 0;                        // of a body by length
    std::optional<http::chunked_decoder> chunked_;  // of a chunked one
    std::uint64_t received_ = 0;                    // bytes on the wire
    ring_context::clock::duration waited_{0};       // for the client; our own time is not its fault
    bool finished_ = false;
    bool continue_owed_ = false;
    bool large_chunks_ = false;  // the last bytes were received where they end up
    body_error error_ = body_error::none;
};

}  // namespace glimt
