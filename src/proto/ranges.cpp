// SPDX-License-Identifier: Apache-2.0
#include "proto/ranges.hpp"

#include "proto/message.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace glimt {

namespace {

constexpr std::string_view unit = "bytes";

// Reads a header's value from left to right.
class scanner {
public:
    explicit scanner(std::string_view text) : rest_(text) {}

    bool skip_unit() noexcept {
        if (!equal_ignoring_case(rest_.substr(0, unit.size()), unit)) return false;
        rest_.remove_prefix(unit.size());
        return true;
    }

    bool skip(char c) noexcept {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void skip_spaces() noexcept {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
    }

    // A number too large for 64 bits counts as the largest one: no representation reaches it.
    std::optional<std::uint64_t> number() noexcept {
        std::uint64_t value = 0;
        const char* const end = rest_.data() + rest_.size();
        const auto [stop, ec] = std::from_chars(rest_.data(), end, value);
        if (ec == std::errc::invalid_argument) return std::nullopt;
        rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
        return ec == std::errc{} ? value : std::numeric_limits<std::uint64_t>::max();
    }

    bool at_end() const noexcept { return rest_.empty(); }

private:
    std::string_view rest_;
};

range_result suffix_of(std::uint64_t length, std::uint64_t size) noexcept {
    if (length == 0 || size == 0) return {.range = {}, .error = range_error::unsatisfiable};
    return {.range = byte_range{.first = size - std::min(length, size), .last = size - 1}};
}

}  // namespace

range_result parse_range(std::string_view value, std::uint64_t size) noexcept {
    constexpr range_result malformed{.range = {}, .error = range_error::malformed};
    if (value.find(',') != std::string_view::npos)
        return {.range = {}, .error = range_error::several};

    scanner scan(value);
    if (!scan.skip_unit()) return malformed;
    scan.skip_spaces();
    if (!scan.skip('=')) return malformed;
    scan.skip_spaces();
    const auto first = scan.number();
    scan.skip_spaces();
    if (!scan.skip('-')) return malformed;
    scan.skip_spaces();
    const auto last = scan.number();
    scan.skip_spaces();
    if (!scan.at_end() || (!first && !last)) return malformed;

    if (!first) return suffix_of(*last, size);
    if (last && *last < *first) return malformed;
    if (*first >= size) return {.range = {}, .error = range_error::unsatisfiable};
    return {.range = byte_range{.first = *first, .last = std::min(last.value_or(size), size - 1)}};
}

range_result parse_content_range(std::string_view value, std::uint64_t size) noexcept {
    constexpr range_result malformed{.range = {}, .error = range_error::malformed};
    scanner scan(value);
    if (!scan.skip_unit() || !scan.skip(' ')) return malformed;
    if (scan.skip('*')) return {.range = {}, .error = range_error::unsatisfiable};
    const auto first = scan.number();
    if (!first || !scan.skip('-')) return malformed;
    const auto last = scan.number();
    if (!last || *last < *first || !scan.skip('/')) return malformed;
    const auto whole = scan.skip('*') ? std::numeric_limits<std::uint64_t>::max() : scan.number();
    if (!whole || !scan.at_end() || *last >= *whole) return malformed;

    if (*last >= size) return {.range = {}, .error = range_error::unsatisfiable};
    return {.range = byte_range{.first = *first, .last = *last}};
}

std::string content_range(const byte_range& range, std::uint64_t size) {
    return "bytes " + std::to_string(range.first) + '-' + std::to_string(range.last) + '/' +
           std::to_string(size);
}

std::string unsatisfied_content_range(std::uint64_t size) {
    return "bytes */" + std::to_string(size);
}

}  // namespace glimt
