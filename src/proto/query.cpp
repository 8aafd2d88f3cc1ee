// SPDX-License-Identifier: Apache-2.0
#include "proto/query.hpp"

#include "proto/utf8.hpp"

#include <algorithm>
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
