// SPDX-License-Identifier: Apache-2.0
#include "image/json_pointer.hpp"

#include "core/problem.hpp"

#include <fmt/format.h>

namespace glimt {
namespace {

constexpr std::string_view whitespace = " \t\n\r\f\v";

std::string_view stripped(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(whitespace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(whitespace) + 1 - begin);
}

// Whether two slashes have nothing, or only whitespace, between them.
bool has_adjacent_slashes(std::string_view text) {
    bool after_slash = false;
    for (const char c : text) {
        if (c == '/' && after_slash) return true;
        after_slash = c == '/' || (after_slash && whitespace.find(c) != std::string_view::npos);
    }
    return false;
}

bool has_stray_tilde(std::string_view text) {
    for (std::size_t at = text.find('~'); at != std::string_view::npos;
         at = text.find('~', at + 1)) {
        if (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return true;
    }
    return false;
}

std::string decoded(std::string_view segment) {
    std::string text;
    for (std::size_t at = 0; at < segment.size(); ++at) {
        if (segment[at] == '~') {
            text += segment[++at] == '1' ? '/' : '~';
        } else {
            text += segment[at];
        }
    }
    return std::string(stripped(text));
}

void check(std::string_view pointer) {
    const auto refuse = [&](std::string_view why) {
        throw problem(reason::invalid, fmt::format("Pointer `{}` {}", pointer, why));
    };
    if (!pointer.starts_with('/')) refuse("does not start with \"/\".");
    if (has_adjacent_slashes(pointer.substr(1))) refuse("contains adjacent \"/\".");
    if (pointer.size() > 1 && pointer.ends_with('/')) refuse("end with \"/\".");
    if (has_stray_tilde(pointer)) {
        refuse("contains \"~\" not part of a recognized escape sequence.");
    }
}

}  // namespace

std::vector<std::string> segments_of_pointer(std::string_view pointer) {
    check(pointer);
    while (pointer.starts_with('/')) pointer.remove_prefix(1);
    std::vector<std::string> segments;
    for (;;) {
        const std::size_t slash = pointer.find('/');
        segments.push_back(decoded(pointer.substr(0, slash)));
        if (slash == std::string_view::npos) return segments;
        pointer.remove_prefix(slash + 1);
    }
}

}  // namespace glimt
