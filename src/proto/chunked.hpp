// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace glimt::http {

// Decodes a chunked body (RFC 9112 7.1) where it lies: it points at the data in the bytes given and
// copies none. Extensions and trailers are checked and dropped.
//
// Refused: bare LF or CR, sizes that are not 1 to 16 hexadecimal digits below 2^63, a folded
// trailer, a trailer that would change the message (Content-Length, Transfer-Encoding, Host).
// Bounded: 4 KiB of extensions in a chunk's head, 16 KiB more of them than of data over the whole
// body, 8 KiB of trailers.
class chunked_decoder {
public:
    struct step {
        std::size_t consumed = 0;         // bytes of `in` that are done with, the data included
        std::span<const std::byte> data;  // the part of `in` that is body; may be empty
    };

    // Takes framing from the front of `in`, then at most one slice of data. Call again with the
    // bytes not consumed while there are any and neither done() nor failed(). What follows the body
    // is left alone: it is the next request.
    step feed(std::span<const std::byte> in);

    // Takes framing alone from the front of `in`, up to the next byte of data; returns how many
    // bytes.
    std::size_t feed_framing(std::span<const std::byte> in);

    // How many of the next bytes are certainly data, so that they can be received where they shall
    // end up; 0 when framing comes next.
    std::uint64_t data_left() const noexcept { return state_ == state::data ? left_ : 0; }

    // How many bytes of data the last chunk has whose head was read, and how many of framing come
    // before them when they follow another chunk.
    std::uint64_t chunk_bytes() const noexcept { return chunk_; }
    std::size_t framing_bytes() const noexcept { return framing_; }

    bool done() const noexcept { return state_ == state::done; }

    // The framing is broken: nobody knows where this body ends, so the connection must be closed.
    bool failed() const noexcept { return state_ == state::failed; }

private:
    enum class state : std::uint8_t {
        size_first,      // the first digit of a chunk's size
        size,            // a further digit, or what ends them
        extension_wait,  // blanks after the size, which only an extension may follow
        extension,
        size_line_feed,
        data,
        data_return,
        data_line_feed,
        trailer,
        trailer_line_feed,
        done,
        failed,
    };

    state next(char c);
    state after_size(char c);
    state in_extension(char c);
    state after_size_line();
    state in_trailer(char c);
    state after_trailer_line();

    state state_ = state::size_first;
    std::uint8_t digits_ = 0;
    std::uint64_t left_ = 0;     // of the chunk's data; while its size is read, the size so far
    std::uint64_t chunk_ = 0;    // as chunk_bytes()
    std::size_t framing_ = 2;    // as framing_bytes(); no line end comes before the first
    std::size_t extension_ = 0;  // bytes in this chunk's head
    std::uint64_t excess_ = 0;   // extension bytes that no data outweighs yet
    std::size_t trailers_ = 0;   // bytes of trailers so far
    std::string trailer_;        // the trailer line under way
};

// The line before a chunk's data: "1a2b\r\n".
class chunk_head {
public:
    explicit chunk_head(
        std::uint64_t data_bytes) noexcept;  // more than 0, which would end the body

    std::string_view text() const noexcept { return {text_.data(), size_}; }

private:
    std::array<char, 18> text_;  // 16 digits, CR, LF
    std::size_t size_;
};

inline constexpr std::string_view chunk_end = "\r\n";        // after each chunk's data
inline constexpr std::string_view last_chunk = "0\r\n\r\n";  // after the last of them

}  // namespace glimt::http
