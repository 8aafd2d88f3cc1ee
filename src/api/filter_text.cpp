// SPDX-License-Identifier: Apache-2.0
#include "api/filter_text.hpp"

#include "core/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace glimt {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_space(std::string_view text) {
    constexpr std::string_view space = " \t\n\r\f\v";
    const std::size_t begin = text.find_first_not_of(space);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(space) + 1 - begin);
}

[[noreturn]] void refuse_quotes(std::string_view text, std::string_view why) {
    throw problem(reason::invalid, fmt::format("Invalid filter value {}. {}", text, why));
}

void check_quotes(std::string_view text) {
    bool open = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '"' || (i > 0 && text[i - 1] == '\\')) continue;
        if (!open && i > 0 && text[i - 1] != ',')
            refuse_quotes(text, "There is no comma before opening quotation mark.");
        if (open && i + 1 < text.size() && text[i + 1] != ',')
            refuse_quotes(text, "There is no comma after closing quotation mark.");
        open = !open;
    }
    if (open) refuse_quotes(text, "The quote is not closed.");
}

// Where the quoted value that begins at `begin` ends; npos when it does not. A '\' takes the
// meaning of the character behind it, and stays.
std::size_t end_of_quoted(std::string_view text, std::size_t begin) {
    for (std::size_t i = begin; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            return i;
        }
    }
    return text.npos;
}

// Takes a time apart from its beginning. A step that fails leaves the reader failed.
class time_reader {
public:
    explicit time_reader(std::string_view text) : rest_(text) {}

    std::optional<timestamp> read() {
        read_date();
        if (!failed_ && !rest_.empty()) read_time();
        if (failed_ || !rest_.empty()) return std::nullopt;
        const std::chrono::year_month_day date{std::chrono::year{year_}, std::chrono::month{month_},
                                               std::chrono::day{day_}};
        if (!date.ok() || year_ < 1 || hour_ > 23 || minute_ > 59 || second_ > 59)
            return std::nullopt;
        return timestamp(std::chrono::sys_days(date)) + std::chrono::hours(hour_) +
               std::chrono::minutes(minute_) + std::chrono::seconds(second_) +
               std::chrono::microseconds(micros_) - offset_;
    }

private:
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // Up to `most` digits, at least `least`.
    unsigned number(std::size_t least, std::size_t most) {
        unsigned value = 0;
        std::size_t count = 0;
        for (; count < most && !rest_.empty() && is_digit(rest_.front()); ++count) {
            value = value * 10 + static_cast<unsigned>(rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        if (count < least) failed_ = true;
        return value;
    }

    // With dashes, or two digits each; "YYYYMM" alone would be a time for others.
    void read_date() {
        year_ = static_cast<int>(number(4, 4));
        if (failed_ || rest_.empty()) return;
        const bool dashed = take('-');
        month_ = number(dashed ? 1 : 2, 2);
        if (rest_.empty() && !dashed) failed_ = true;
        if (failed_ || rest_.empty()) return;
        day_ = take('-') ? number(1, 2) : number(2, 2);
    }

    void read_time() {
        if (!take('T') && !take(' ')) {
            failed_ = true;
            return;
        }
        hour_ = number(2, 2);
        if (at_more_digits()) minute_ = number(2, 2);
        if (at_more_digits()) {
            second_ = number(1, 2);
            if (take('.') || take(',')) read_fraction();
        }
        read_offset();
    }

    bool at_more_digits() {
        if (take(':')) return true;
        return !rest_.empty() && is_digit(rest_.front());
    }

    void read_fraction() {
        const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        if (digits == 0) failed_ = true;
        unsigned unit = 100'000;
        for (const char c : rest_.substr(0, digits)) {
            micros_ += static_cast<unsigned>(c - '0') * unit;
            unit /= 10;
        }
        rest_.remove_prefix(digits);
    }

    void read_offset() {
        if (rest_.empty() || take('Z')) return;
        const bool behind = take('-');
        if (!behind && !take('+')) {
            failed_ = true;
            return;
        }
        const unsigned hours = number(2, 2);
        const unsigned minutes = at_more_digits() ? number(2, 2) : 0;
        if (hours > 23 || minutes > 59) failed_ = true;
        offset_ = std::chrono::hours(hours) + std::chrono::minutes(minutes);
        if (behind) offset_ = -offset_;
    }

    std::string_view rest_;
    bool failed_ = false;
    int year_ = 0;
    unsigned month_ = 1, day_ = 1, hour_ = 0, minute_ = 0, second_ = 0, micros_ = 0;
    std::chrono::minutes offset_{0};
};

}  // namespace

filter_text split_filter(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == text.npos || read_iso_time(text)) return {"eq", text};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

std::vector<std::string> split_values(std::string_view text) {
    check_quotes(text);
    std::vector<std::string> values;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t close =
            text[at] == '"' ? end_of_quoted(text, at + 1) : std::string_view::npos;
        const bool quoted = close != text.npos;
        const std::size_t end = quoted ? close : std::min(text.find(',', at), text.size());
        const std::size_t begin = quoted ? at + 1 : at;
        values.emplace_back(text.substr(begin, end - begin));
        at = quoted ? end + 1 : end;
        if (at < text.size() && text[at] == ',') ++at;
    }
    return values;
}

std::optional<timestamp> read_iso_time(std::string_view text) { return time_reader(text).read(); }

std::optional<std::int64_t> read_python_integer(std::string_view text) {
    text = without_space(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return std::nullopt;
    constexpr std::int64_t max = std::numeric_limits<std::int64_t>::max();
    std::int64_t value = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '_' && is_digit(text[i - 1])) continue;
        if (!is_digit(text[i])) return std::nullopt;
        const std::int64_t digit = text[i] - '0';
        value = value > (max - digit) / 10 ? max : value * 10 + digit;
    }
    if (!negative) return value;
    return value == max ? std::numeric_limits<std::int64_t>::min() : -value;
}

}  // namespace glimt
