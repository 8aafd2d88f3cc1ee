// SPDX-License-Identifier: Apache-2.0
#include "api/path.hpp"

#include <algorithm>

namespace glimt {

std::string_view first_segment(std::string_view path) {
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    return path.substr(0, path.find('/'));
}

std::optional<path_segments> split_path(std::string_view path) {
    path_segments segments;
    do {
        const std::string_view next = first_segment(path);
        if (next.empty() || segments.size() == path_depth_max) return std::nullopt;
        segments.push_back(next);
        const char* end = path.data() + path.size();
        path = {next.data() + next.size(), end};
    } while (!path.empty());
    return segments;
}

bool path_pattern::matches(const path_segments& path) const noexcept {
    if (path.size() != count_) return false;
    for (std::size_t i = 0; i < count_; ++i) {
        if (path[i] != segments_[i] && !is_parameter(segments_[i])) return false;
    }
    return true;
}

}  // namespace glimt
