// SPDX-License-Identifier: Apache-2.0
#include "config/value.hpp"

#include "config/strip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace glimt {

namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Python allows one '_' between two digits. Returns nothing when one stands elsewhere.
std::optional<std::string> without_underscores(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            out += text[i];
        } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) ||
                   !is_digit(text[i + 1])) {
            return std::nullopt;
        }
    }
    return out;
}

// from_chars takes no '+'; after one a second sign is not a number in Python either.
std::string_view without_plus(std::string_view text) {
    const bool signed_twice = text.starts_with("+-");
    return text.starts_with('+') && !signed_twice ? text.substr(1) : text;
}

template <class Number>
bool whole_number(std::string_view text, Number& into) {
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), into);
    return ec == std::errc{} && end == text.data() + text.size();
}

std::string outside(limits within) {
    if (within.max == std::numeric_limits<std::int64_t>::max())
        return fmt::format("must be at least {}", within.min);
    return fmt::format("must be {} to {}", within.min, within.max);
}

template <class Number>
std::string read_bounded(std::string_view text, limits within, Number& into) {
    std::optional<std::int64_t> number;
    if (auto complaint = read_integer(text, number); !complaint.empty()) return complaint;
    if (!number) return {};
    if constexpr (sizeof(Number) < sizeof(std::int64_t))
        within.max = std::min<std::int64_t>(within.max, std::numeric_limits<Number>::max());
    if (*number < within.min || *number > within.max) return outside(within);
    into = static_cast<Number>(*number);
    return {};
}

constexpr std::array<std::string_view, 3> loop_names = {"auto", "uring", "epoll"};

}  // namespace

std::string read_boolean(std::string_view text, bool& into) {
    const auto word = lower(text);
    for (const char* yes : {"true", "1", "on", "yes"})
        if (word == yes) return into = true, "";
    for (const char* no : {"false", "0", "off", "no"})
        if (word == no) return into = false, "";
    return "is not true or false";
}

std::string read_integer(std::string_view text, std::optional<std::int64_t>& into) {
    const auto digits = without_underscores(strip(text));
    into.reset();
    if (digits && digits->empty()) return {};
    std::int64_t number = 0;
    if (!digits || !whole_number(without_plus(*digits), number)) return "is not a whole number";
    into = number;
    return {};
}

std::string read_real(std::string_view text, std::optional<double>& into) {
    const auto digits = without_underscores(strip(text));
    into.reset();
    if (digits && digits->empty()) return {};
    double number = 0;
    if (!digits || digits->find('(') != std::string::npos ||  // C's nan(tag)
        !whole_number(without_plus(*digits), number))
        return "is not a number";
    into = number;
    return {};
}

std::string read_list(std::string_view text, std::vector<std::string>& into) {
    into.clear();
    text = strip(text);
    while (text.ends_with(',')) text.remove_suffix(1);
    while (!text.empty()) {
        const auto comma = text.find(',');
        into.emplace_back(strip(text.substr(0, comma)));
        if (comma == text.npos) break;
        text.remove_prefix(comma + 1);
    }
    return {};
}

std::string read_dictionary(std::string_view text, dictionary& into) {
    into.clear();
    text = strip(text);
    while (!text.empty()) {
        const auto colon = text.find(':');
        if (colon == text.npos) return "expected name:value pairs separated by commas";
        const auto comma = text.find(',', colon);
        std::string name(strip(text.substr(0, colon)));
        if (name.empty()) return "a name before ':' is empty";
        if (std::ranges::any_of(into, [&](const auto& pair) { return pair.first == name; }))
            return "a name appears twice";
        into.emplace_back(
            std::move(name),
            strip(text.substr(colon + 1, comma == text.npos ? text.npos : comma - colon - 1)));
        if (comma == text.npos) break;
        text.remove_prefix(comma + 1);
        if (text.empty()) return "a comma at the end";
    }
    return {};
}

std::optional<std::uint64_t> read_byte_count(std::string_view text) {
    std::uint64_t count = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, ec] = std::from_chars(text.data(), end, count);
    std::string_view unit(stopped, static_cast<std::size_t>(end - stopped));
    if (ec != std::errc() || (!unit.empty() && !unit.ends_with('B'))) return std::nullopt;
    if (!unit.empty()) unit.remove_suffix(1);
    constexpr std::string_view prefixes = "KMGT";
    unsigned shift = 0;
    if (!unit.empty()) {
        const auto found = prefixes.find(unit.front());
        if (unit.size() != 1 || found == prefixes.npos) return std::nullopt;
        shift = static_cast<unsigned>(10 * (found + 1));
    }
    if (count > static_cast<std::uint64_t>(INT64_MAX) >> shift) return std::nullopt;
    return count << shift;
}

std::string read_value(std::string_view text, limits, std::string& into) {
    into = text;
    return {};
}

std::string read_value(std::string_view text, limits, bool& into) {
    return read_boolean(text, into);
}

std::string read_value(std::string_view text, limits within, std::uint16_t& into) {
    return read_bounded(text, within, into);
}

std::string read_value(std::string_view text, limits within, std::uint32_t& into) {
    return read_bounded(text, within, into);
}

std::string read_value(std::string_view text, limits within, std::uint64_t& into) {
    return read_bounded(text, within, into);
}

std::string read_value(std::string_view text, limits within, std::int64_t& into) {
    return read_bounded(text, within, into);
}

std::string read_value(std::string_view text, limits within, std::chrono::milliseconds& into) {
    std::optional<double> seconds;
    if (auto complaint = read_real(text, seconds); !complaint.empty()) return complaint;
    if (!seconds) return {};
    // A deadline is now plus this, so even without a bound of its own it stays below 30 years.
    constexpr std::int64_t seconds_max = 1'000'000'000;
    within.max = std::min(within.max, seconds_max);
    if (!(*seconds >= static_cast<double>(within.min) &&
          *seconds <= static_cast<double>(within.max)))
        return outside(within) + " seconds";
    into = std::chrono::milliseconds(std::llround(*seconds * 1000));
    return {};
}

std::string read_value(std::string_view text, limits, loop_choice& into) {
    const auto found = std::ranges::find(loop_names, text);
    if (found == loop_names.end()) return "must be auto, uring or epoll";
    into = static_cast<loop_choice>(found - loop_names.begin());
    return {};
}

std::string read_value(std::string_view text, limits, dictionary& into) {
    return read_dictionary(text, into);
}

std::string read_value(std::string_view text, limits, std::vector<std::string>& into) {
    text = strip(text);
    if (text.size() >= 2 && text.starts_with('[') && text.ends_with(']'))
        text = text.substr(1, text.size() - 2);
    return read_list(text, into);
}

std::string read_value(std::string_view text, limits within, std::vector<std::uint16_t>& into) {
    std::vector<std::string> items;
    read_value(text, within, items);
    into.clear();
    for (const auto& item : items) {
        std::uint16_t& number = into.emplace_back();
        if (auto complaint = read_bounded(item, within, number); !complaint.empty())
            return complaint;
        if (strip(item).empty()) return "has an empty item";
    }
    return {};
}

std::string read_value(std::string_view text, limits, std::vector<listen_address>& into) {
    std::vector<std::string> items;
    read_list(text, items);
    into.clear();
    for (const auto& item : items)
        if (auto complaint = parse_listen_address(item, into.emplace_back()); !complaint.empty())
            return fmt::format("'{}': {}", item, complaint);
    return {};
}

std::string to_text(const std::string& value) { return value; }
std::string to_text(bool value) { return value ? "true" : "false"; }

std::string to_text(std::chrono::milliseconds value) {
    return fmt::format("{}", static_cast<double>(value.count()) / 1000);
}

std::string to_text(loop_choice value) {
    return std::string(loop_names[static_cast<std::size_t>(value)]);
}

std::string to_text(const dictionary& value) {
    std::string out;
    for (const auto& [name, text] : value)
        out.append(out.empty() ? "" : ",").append(name).append(":").append(text);
    return out;
}

std::string to_text(const std::vector<std::string>& value) {
    std::string out;
    for (const auto& item : value) out.append(out.empty() ? "" : ",").append(item);
    return out;
}

std::string to_text(const std::vector<std::uint16_t>& value) {
    std::string out;
    for (const auto item : value) out.append(out.empty() ? "" : ",").append(std::to_string(item));
    return out;
}

std::string to_text(const std::vector<listen_address>& value) {
    std::string out;
    for (const auto& address : value)
        out.append(out.empty() ? "" : ", ").append(to_string(address));
    return out;
}

std::string canonical_text(value_kind kind, std::string_view text, std::string& complaint) {
    bool boolean = false;
    std::optional<std::int64_t> integer;
    std::optional<double> real;
    switch (kind) {
        case value_kind::text: return std::string(text);
        case value_kind::boolean:
            complaint = read_boolean(text, boolean);
            return boolean ? "True" : "False";
        case value_kind::integer:
            complaint = read_integer(text, integer);
            return integer ? std::to_string(*integer) : "";
        case value_kind::seconds:  // Glance counts them in whole numbers
            if (read_integer(text, integer).empty()) return integer ? std::to_string(*integer) : "";
            [[fallthrough]];
        case value_kind::real: {
            complaint = read_real(text, real);
            if (!real) return {};
            auto digits = fmt::format("{}", *real);
            return digits.find_first_not_of("-0123456789") == digits.npos ? digits + ".0" : digits;
        }
        case value_kind::compound: complaint = "holds several values and cannot be referred to";
    }
    return {};
}

}  // namespace glimt
