// SPDX-License-Identifier: Apache-2.0
#include "api/versions.hpp"

#include "api/accept.hpp"
#include "api/escape.hpp"
#include "api/path.hpp"

#include <fmt/format.h>

#include <charconv>
#include <initializer_list>

namespace glimt {
namespace {

using minors = std::initializer_list<unsigned>;

// In the order of the document; the one that is CURRENT is always this.
std::vector<unsigned> listed_minors(bool with_cache, bool with_stores) {
    std::vector<unsigned> listed;
    const auto add = [&](minors more) { listed.insert(listed.end(), more); };
    add(with_cache ? minors{18, 17, 16, 15, 14} : minors{15});
    add(with_stores ? minors{13, 12, 11, 10, 9, 8} : minors{9});
    if (!with_cache) add({17});
    add({7, 6, 5, 4, 3, 2, 1, 0});
    return listed;
}

std::uint32_t bits(minors of) {
    std::uint32_t set = 0;
    for (const unsigned minor : of) set |= 1u << minor;
    return set;
}

std::uint32_t accepted_minors(bool with_cache, bool with_stores) {
    std::uint32_t accepted = bits({0, 1, 2, 3, 4, 5, 6, 7, 9, 15, 17});
    if (with_cache) accepted |= bits({14, 16, 18});
    if (with_stores) accepted |= bits({8, 10, 11, 12, 13});
    return accepted;
}

}  // namespace

versions::versions(const settings& options) {
    const bool with_cache = !options.image_cache_dir.empty();
    const bool with_stores = !options.enabled_backends.empty();
    accepted_minors_ = accepted_minors(with_cache, with_stores);
    const unsigned current = with_cache ? 18 : 17;
    std::string text = R"({"versions": [)";
    for (const unsigned minor : listed_minors(with_cache, with_stores)) {
        const std::string_view status = minor == current ? "CURRENT" : "SUPPORTED";
        text +=
            fmt::format(R"({{"id": "v2.{}", "status": "{}", "links": [{{"rel": "self", "href": ")",
                        minor, status);
        between_links_.push_back(std::move(text));
        text = R"("}]}, )";
    }
    between_links_.push_back(R"("}]}]})");
}

std::string versions::document(std::string_view base) const {
    std::string link;
    append_json_escaped(link, base);
    link += "/v2/";
    std::string text;
    text.reserve(between_links_.size() * (link.size() + between_links_.back().size() + 80));
    for (const std::string& piece : between_links_) {
        if (!text.empty()) text += link;
        text += piece;
    }
    return text;
}

bool versions::accepts(std::string_view version) const noexcept {
    if (version == "v2") return true;
    if (!version.starts_with("v2.")) return false;
    const std::string_view digits = version.substr(3);
    if (digits.starts_with('0')) return digits == "0";
    unsigned minor = 32;
    const char* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, minor);
    return read.ec == std::errc() && read.ptr == end && minor < 32 &&
           (accepted_minors_ >> minor & 1u) != 0;
}

std::optional<std::string_view> below_version(const request_head& head, const versions& spoken) {
    constexpr std::string_view media_type = "application/vnd.openstack.images-";
    const header* accept = head.find("accept");
    if (accept && accept->value.starts_with(media_type)) {
        const std::string all = *joined_header(head, "accept");
        if (!spoken.accepts(std::string_view(all).substr(media_type.size()))) return std::nullopt;
        return head.path;
    }
    const std::string_view version = first_segment(head.path);
    if (!spoken.accepts(version)) return std::nullopt;
    return std::string_view(version.data() + version.size(), head.path.data() + head.path.size());
}

}  // namespace glimt
