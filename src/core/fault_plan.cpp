// SPDX-License-Identifier: Apache-2.0
#include "core/fault_plan.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace glimt {

namespace {

// In the order of operation_kind.
constexpr std::array<std::string_view, operation_kinds> kind_names{
    "accept", "connect", "recv",  "send",   "shutdown", "poll",      "timeout",
    "read",   "write",   "open",  "close",  "fsync",    "fallocate", "rename",
    "link",   "unlink",  "statx", "splice", "message",  "other"};

constexpr int errno_max = 133;                     // EHWPOISON, the last that Linux has
constexpr unsigned bytes_max = 0x7ffff000;         // what one read or write moves at most
constexpr unsigned delay_max_ms = 60 * 60 * 1000;  // so that a slip of the pen ends

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// What stands before the first `mark`, and what behind it; nothing behind it without a mark.
std::pair<std::string_view, std::string_view> split(std::string_view text, char mark) {
    const auto at = text.find(mark);
    if (at == std::string_view::npos) return {text, {}};
    return {text.substr(0, at), text.substr(at + 1)};
}

std::optional<operation_kind> kind_named(std::string_view name) {
    for (std::size_t i = 0; i < operation_kinds; ++i)
        if (kind_names[i] == name) return static_cast<operation_kind>(i);
    return {};
}

std::optional<unsigned> number(std::string_view digits, unsigned least, unsigned most) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value);
    if (error != std::errc() || end != digits.end() || value < least || value > most) return {};
    return value;
}

std::optional<fault_action> action_named(std::string_view text) {
    const auto [word, amount] = split(text, ':');
    if (word == "short") {
        const auto bytes = number(amount, 1, bytes_max);
        if (bytes) return at_most{*bytes};
    } else if (word == "late" && amount.ends_with("ms")) {
        const auto delay = number(amount.substr(0, amount.size() - 2), 0, delay_max_ms);
        if (delay) return late_by{std::chrono::milliseconds(*delay)};
    }
    for (int error = 1; error <= errno_max; ++error) {
        const char* name = ::strerrorname_np(error);
        if (name && text == name) return fail_with{error};
    }
    return {};
}

}  // namespace

void fault_plan::add(operation_kind kind, unsigned nth, fault_action action) {
    rules_.push_back({kind, nth, 0, action});
}

std::optional<fault_action> fault_plan::meet(operation_kind kind) {
    ++seen_[std::size_t(kind)];
    std::optional<fault_action> met;
    for (rule& each : rules_) {
        if (each.kind != kind) continue;
        ++each.seen;
        if (!met && (each.nth == every || each.nth == each.seen)) met = each.action;
    }
    return met;
}

boost::system::result<fault_plan, std::string> parse_fault_plan(std::string_view text) {
    fault_plan plan;
    while (!text.empty()) {
        const auto [rule, rest] = split(text, ',');
        const bool more = rule.size() < text.size();
        text = rest;
        const auto [which, what] = split(trimmed(rule), '=');
        const auto [name, nth] = split(which, ':');
        const auto kind = kind_named(name);
        const auto place = nth == "*" ? fault_plan::every : number(nth, 1, 1'000'000'000);
        const auto action = action_named(what);
        if (!kind) return fmt::format("'{}' in the fault plan names no operation", trimmed(rule));
        if (!place) return fmt::format("'{}' in the fault plan has no number", trimmed(rule));
        if (!action) return fmt::format("'{}' in the fault plan says no fault", trimmed(rule));
        if (more && rest.empty()) return std::string("the fault plan ends with a comma");
        plan.add(*kind, *place, *action);
    }
    return plan;
}

}  // namespace glimt
