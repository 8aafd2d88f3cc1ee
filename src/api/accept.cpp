// SPDX-License-Identifier: Apache-2.0
#include "api/accept.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>

namespace glimt {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr bool is_token_char(char c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c)) return true;
    return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// One element of the header.
struct media_range {
    std::string_view type;
    std::string_view subtype;
    bool has_parameters = false;
    unsigned quality = 1000;  // thousandths
};

// Reads the grammar of RFC 9110 12.5.1 in the form webob's regular expressions give it. Each
// take_* consumes what it names, or nothing and answers false.
class reader {
public:
    explicit reader(std::string_view text) : rest_(text) {}

    bool at_end() const { return rest_.empty(); }

    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // Optional white space and then `c`.
    bool take_spaced(char c) {
        const std::string_view before = rest_;
        take_spaces();
        if (take(c)) return true;
        rest_ = before;
        return false;
    }

    bool take_range(media_range& into) {
        const std::string_view before = rest_;
        into.type = take_token();
        if (!into.type.empty() && take('/')) into.subtype = take_token();
        if (!into.subtype.empty() && take_parameters(into)) return true;
        rest_ = before;
        return false;
    }

    bool take_spaced_range(media_range& into) {
        const std::string_view before = rest_;
        take_spaces();
        if (take_range(into)) return true;
        rest_ = before;
        return false;
    }

private:
    void take_spaces() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
    }

    std::string_view take_token() {
        const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_token_char);
        const std::string_view token(rest_.begin(), end);
        rest_.remove_prefix(token.size());
        return token;
    }

    bool take_value() { return rest_.starts_with('"') ? take_quoted() : !take_token().empty(); }

    bool take_quoted() {
        for (std::size_t at = 1; at < rest_.size(); ++at) {
            const auto c = static_cast<unsigned char>(rest_[at]);
            if (c == '"') {
                rest_.remove_prefix(at + 1);
                return true;
            }
            if (c == '\\') ++at;
            if ((c < ' ' && c != '\t') || c == 0x7f) return false;
        }
        return false;
    }

    // ";name=value" as often as there is one, then ";q=0.5", then extensions ";name[=value]".
    bool take_parameters(media_range& into) {
        bool weighed = false;
        while (take_spaced(';')) {
            take_spaces();
            const std::string_view name = take_token();
            if (name.empty()) return false;
            const bool valued = take('=');
            if (!weighed && (name == "q" || name == "Q")) {
                if (!valued || !take_quality(into.quality)) return false;
                weighed = true;
            } else if (valued ? !take_value() : !weighed) {
                return false;
            }
            into.has_parameters = into.has_parameters || !weighed;
        }
        return true;
    }

    // "0", "0.123", "1" or "1.000": at most three digits after the point.
    bool take_quality(unsigned& into) {
        const bool one = rest_.starts_with('1');
        if (!one && !rest_.starts_with('0')) return false;
        rest_.remove_prefix(1);
        into = one ? 1000 : 0;
        if (!take('.')) return true;
        for (unsigned worth = 100; worth > 0 && !rest_.empty() && is_digit(rest_.front());
             worth /= 10) {
            const unsigned digit = static_cast<unsigned>(rest_.front() - '0');
            if (one && digit != 0) return false;
            into += digit * worth;
            rest_.remove_prefix(1);
        }
        return true;
    }

    std::string_view rest_;
};

using media_ranges = boost::container::small_vector<media_range, 8>;

// Nothing when the header breaks the grammar. Empty elements are allowed as webob allows them: not
// between a comma at the very beginning and the first range.
std::optional<media_ranges> parse(std::string_view accept) {
    media_ranges ranges;
    if (accept.empty()) return ranges;
    reader text(accept);
    media_range next;
    if (text.take_range(next)) {
        ranges.push_back(next);
    } else if (!text.take(',')) {
        return std::nullopt;
    }
    while (text.take_spaced(',')) {
        if (media_range more; text.take_spaced_range(more)) ranges.push_back(more);
    }
    if (!text.at_end()) return std::nullopt;
    return ranges;
}

// 0: `range` does not speak of the offer. An exact range with parameters asks for more than we
// offer; wildcards are taken with whatever parameters they have.
int specificity(const media_range& range, std::string_view offer) {
    const std::size_t slash = offer.find('/');
    const bool same_type = equal_ignoring_case(range.type, offer.substr(0, slash));
    if (same_type && equal_ignoring_case(range.subtype, offer.substr(slash + 1))) {
        return range.has_parameters ? 0 : 3;
    }
    if (range.subtype != "*") return 0;
    return same_type ? 2 : range.type == "*" ? 1 : 0;
}

unsigned quality_of(std::string_view offer, const media_ranges& ranges) {
    int best = 0;
    unsigned quality = 0;
    for (const media_range& range : ranges) {
        const int how = specificity(range, offer);
        if (how > best) {
            best = how;
            quality = range.quality;
        }
    }
    return quality;
}

}  // namespace

std::optional<std::string> joined_header(const request_head& head, std::string_view name) {
    std::optional<std::string> joined;
    for (const header& one : head.headers) {
        if (!equal_ignoring_case(one.name, name)) continue;
        if (joined) {
            joined->append(",").append(one.value);
        } else {
            joined.emplace(one.value);
        }
    }
    return joined;
}

std::optional<std::size_t> preferred_offer(std::string_view accept,
                                           std::span<const std::string_view> offers) {
    const std::optional<media_ranges> ranges = parse(accept);
    if (!ranges) return 0;
    std::optional<std::size_t> best;
    unsigned best_quality = 0;
    for (std::size_t i = 0; i < offers.size(); ++i) {
        const unsigned quality = quality_of(offers[i], *ranges);
        if (quality <= best_quality) continue;
        best = i;
        best_quality = quality;
    }
    return best;
}

}  // namespace glimt
