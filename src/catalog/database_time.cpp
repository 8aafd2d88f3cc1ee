// SPDX-License-Identifier: Apache-2.0
#include "catalog/database_time.hpp"

#include <fmt/format.h>

namespace glimt {
namespace {

// `count` digits at `offset`; nothing when there is anything else.
std::optional<int> digits(std::string_view text, std::size_t offset, std::size_t count) noexcept {
    if (text.size() < offset + count) return std::nullopt;
    int number = 0;
    for (const char c : text.substr(offset, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

// ".f" to ".ffffff", or nothing at all, as microseconds.
std::optional<int> fraction(std::string_view text) noexcept {
    if (text.empty()) return 0;
    if (text[0] != '.' || text.size() < 2 || text.size() > 7) return std::nullopt;
    auto number = digits(text, 1, text.size() - 1);
    if (!number) return std::nullopt;
    for (std::size_t i = text.size(); i < 7; ++i) *number *= 10;
    return number;
}

}  // namespace

std::string to_database_time(timestamp when) {
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(when - day);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(),
                       time.subseconds().count());
}

std::optional<timestamp> database_time_of(std::string_view text) noexcept {
    constexpr std::string_view shape = "0000-00-00 00:00:00";
    if (text.size() < shape.size()) return std::nullopt;
    for (const std::size_t i : {4U, 7U, 10U, 13U, 16U})
        if (text[i] != shape[i]) return std::nullopt;
    const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2);
    const auto second = digits(text, 17, 2), micros = fraction(text.substr(shape.size()));
    if (!year || !month || !day || !hour || !minute || !second || !micros) return std::nullopt;
    if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return timestamp(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
           std::chrono::minutes(*minute) + std::chrono::seconds(*second) +
           std::chrono::microseconds(*micros);
}

}  // namespace glimt
