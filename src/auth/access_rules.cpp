// SPDX-License-Identifier: Apache-2.0
#include "auth/access_rules.hpp"

#include <cstddef>
#include <vector>

namespace glimt {
namespace {

constexpr std::size_t path_bytes_max = 2048;  // of Glance's API none is longer; bounds the time

// Of a set of places in the path: those that one more piece of the pattern leads to.
using places = std::vector<bool>;

void take_literal(places& at, std::string_view path, char c) {
    for (std::size_t i = path.size(); i > 0; --i) at[i] = at[i - 1] && path[i - 1] == c;
    at[0] = false;
}

// One or more characters, none of them '/'.
void take_segment(places& at, std::string_view path) {
    bool reached = false;
    for (std::size_t i = 0; i <= path.size(); ++i) {
        const bool begins = at[i];
        at[i] = reached && path[i - 1] != '/';
        reached = begins || at[i];
    }
}

void take_anything(places& at) {
    bool reached = false;
    for (std::size_t i = 0; i < at.size(); ++i) {
        reached = reached || at[i];
        at[i] = reached;
    }
}

}  // namespace

bool matches_access_path(std::string_view pattern, std::string_view path) {
    if (path.size() > path_bytes_max) return false;
    places at(path.size() + 1);
    at[0] = true;
    while (!pattern.empty()) {
        std::size_t taken = 1;
        if (pattern.starts_with("**")) {
            take_anything(at);
            taken = 2;
        } else if (pattern.front() == '*') {
            take_segment(at, path);
        } else if (const auto end = pattern.find('}');
                   pattern.front() == '{' && end != pattern.npos) {
            take_segment(at, path);
            taken = end + 1;
        } else {
            take_literal(at, path, pattern.front());
        }
        pattern.remove_prefix(taken);
    }
    return at.back();
}

}  // namespace glimt
