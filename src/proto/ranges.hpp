// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// A part of a representation, first and last byte included; first <= last < its size.
struct byte_range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    std::uint64_t size() const noexcept { return last - first + 1; }

    bool operator==(const byte_range&) const = default;
};

enum class range_error : std::uint8_t {
    malformed,      // Glance answers 416, where RFC 9110 14.2 would let us ignore the header
    several,        // more than one range; Glance answers 400
    unsatisfiable,  // no byte of it exists: 416
};

struct range_result {
    std::optional<byte_range> range;  // of one that can be served
    range_error error{};              // of one that cannot

    bool operator==(const range_result&) const = default;
};

// What a Range header asks of `size` bytes (RFC 9110 14.1.2): "bytes=2-5", "bytes=2-" and
// "bytes=-3" are clipped to what exists; a suffix longer than everything is everything. As in
// Glance, whose webob reads it, spaces are allowed around '=' and '-', and the unit's case is free.
// Stricter than webob, which skips what follows a range, and takes "bytes=-0" for everything.
range_result parse_range(std::string_view value, std::uint64_t size) noexcept;

// The same for the Content-Range header that old clients send in a request, which Glance honours
// like Range when there is no Range (glance-contract.md 1.16): "bytes 2-5/*" or "bytes 2-5/10". It
// is never clipped; what ends past the end, and "bytes */10", is refused.
range_result parse_content_range(std::string_view value, std::uint64_t size) noexcept;

// The Content-Range header of a 206 answer: "bytes 2-5/10".
std::string content_range(const byte_range& range, std::uint64_t size);

// The Content-Range header of a 416 answer: "bytes */10".
std::string unsatisfied_content_range(std::uint64_t size);

}  // namespace glimt
