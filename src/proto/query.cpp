// SPDX-License-Identifier: Apache-2.0
#include "proto/query.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace glimt {

namespace {

std::string decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        unsigned char octet = 0;
        const char* const digits = text.data() + at + 1;
        if (text[at] == '%' && text.size() - at > 2 &&
            std::from_chars(digits, digits + 2, octet, 16).ptr == digits + 2) {
            out.push_back(static_cast<char>(octet));
            at += 2;
        } else {
            out.push_back(text[at] == '+' ? ' ' : text[at]);
        }
    }
    return out;
}

// A row of RFC 3629 4: sequences that begin with a byte from `first` to `last` have `more` bytes
// after it, the nearest of them between `low` and `high`, the others between 0x80 and 0xbf. That
// leaves out overlong forms, surrogates and what is above U+10FFFF.
struct utf8_row {
    unsigned char first, last, low, high;
    std::size_t more;
};

constexpr std::array<utf8_row, 9> utf8_rows{{
    {0x00, 0x7f, 0x80, 0xbf, 0},
    {0xc2, 0xdf, 0x80, 0xbf, 1},
    {0xe0, 0xe0, 0xa0, 0xbf, 2},
    {0xe1, 0xec, 0x80, 0xbf, 2},
    {0xed, 0xed, 0x80, 0x9f, 2},
    {0xee, 0xef, 0x80, 0xbf, 2},
    {0xf0, 0xf0, 0x90, 0xbf, 3},
    {0xf1, 0xf3, 0x80, 0xbf, 3},
    {0xf4, 0xf4, 0x80, 0x8f, 3},
}};

bool is_utf8(std::string_view text) noexcept {
    const auto between = [](char c, unsigned char low, unsigned char high) {
        return static_cast<unsigned char>(c) >= low && static_cast<unsigned char>(c) <= high;
    };
    while (!text.empty()) {
        const auto row = std::ranges::find_if(
            utf8_rows, [&](const utf8_row& r) { return between(text.front(), r.first, r.last); });
        if (row == utf8_rows.end() || text.size() <= row->more) return false;
        if (row->more > 0 && !between(text[1], row->low, row->high)) return false;
        for (std::size_t at = 2; at <= row->more; ++at) {
            if (!between(text[at], 0x80, 0xbf)) return false;
        }
        text.remove_prefix(row->more + 1);
    }
    return true;
}

}  // namespace

std::optional<query_parameters> query_parameters::parse(std::string_view raw) {
    query_parameters out;
    while (!raw.empty()) {
        const std::string_view pair = raw.substr(0, raw.find_first_of("&;"));
        raw.remove_prefix(std::min(pair.size() + 1, raw.size()));
        if (pair.empty()) continue;
        if (out.parameters_.size() == count_max) return std::nullopt;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
        query_parameter parameter{decoded(pair.substr(0, equals)), decoded(value)};
        if (!is_utf8(parameter.name) || !is_utf8(parameter.value)) return std::nullopt;
        out.parameters_.push_back(std::move(parameter));
    }
    return out;
}

std::optional<std::string_view> query_parameters::last(std::string_view name) const noexcept {
    const auto found = std::find_if(parameters_.rbegin(), parameters_.rend(),
                                    [name](const query_parameter& p) { return p.name == name; });
    if (found == parameters_.rend()) return std::nullopt;
    return found->value;
}

std::optional<std::string_view> query_parameters::first(std::string_view name) const noexcept {
    const auto found = std::ranges::find(parameters_, name, &query_parameter::name);
    if (found == parameters_.end()) return std::nullopt;
    return found->value;
}

}  // namespace glimt
