// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/container/static_vector.hpp>

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace glimt {

// The deepest resource is /v2/metadefs/namespaces/{namespace}/objects/{object}.
inline constexpr std::size_t path_depth_max = 8;

using path_segments = boost::container::static_vector<std::string_view, path_depth_max>;

// The first segment of a path, with all slashes before it skipped: "v2" of "//v2/images". A view
// into `path`, at its end when there is no segment.
std::string_view first_segment(std::string_view path);

// The segments of a path that begins with a '/'. Repeated slashes count as one, as they do in
// Glance's WSGI stack; nothing when the last is empty (no resource ends with a '/') or when there
// are more than path_depth_max.
std::optional<path_segments> split_path(std::string_view path);

// What a resource's paths look like: "/v2", which stands for whatever version the client named, and
// segments, of which "{name}" stands for any. Written as a literal and taken apart by the compiler,
// which refuses what is not one.
class path_pattern {
public:
    consteval path_pattern(const char* text) {
        const std::string_view literal(text);
        if (!literal.starts_with("/v2/") || literal.ends_with('/')) throw "not a pattern";
        std::string_view rest = literal.substr(3);
        while (!rest.empty()) {
            rest.remove_prefix(1);
            segments_.at(count_++) = rest.substr(0, rest.find('/'));
            rest.remove_prefix(segments_.at(count_ - 1).size());
        }
    }

    // Below the version.
    constexpr std::span<const std::string_view> segments() const {
        return {segments_.data(), count_};
    }

    // Whether a path, below its version, is one of these.
    bool matches(const path_segments& path) const noexcept;

    // Whether both stand for the same paths.
    constexpr bool same_paths(const path_pattern& other) const {
        if (count_ != other.count_) return false;
        for (std::size_t i = 0; i < count_; ++i) {
            const bool free = is_parameter(segments_[i]) && is_parameter(other.segments_[i]);
            if (!free && segments_[i] != other.segments_[i]) return false;
        }
        return true;
    }

    static constexpr bool is_parameter(std::string_view segment) {
        return segment.starts_with('{');
    }

private:
    std::array<std::string_view, path_depth_max> segments_{};
    std::size_t count_ = 0;
};

}  // namespace glimt
