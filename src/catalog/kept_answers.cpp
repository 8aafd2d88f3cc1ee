// SPDX-License-Identifier: Apache-2.0
#include "catalog/kept_answers.hpp"

#include <algorithm>
#include <functional>

namespace glimt {
namespace {

// One answer may take this part of the room: a page of a thousand images is not for keeping.
constexpr std::size_t share_max = 4;

std::size_t text_bytes(const sql_cell& cell) noexcept {
    const auto* text = std::get_if<std::string_view>(&cell);
    return text ? text->size() : 0;
}

std::size_t text_bytes(const sql_value& value) noexcept {
    const auto* text = std::get_if<std::string>(&value);
    return text ? text->size() : 0;
}

template <class Each>
std::size_t bytes_of(std::span<const Each> all) noexcept {
    std::size_t bytes = all.size_bytes();
    for (const Each& one : all) bytes += text_bytes(one);
    return bytes;
}

std::size_t bytes_of(const sql_result& answer) noexcept {
    std::size_t bytes = sizeof answer + answer.rows.size() * sizeof(sql_row);
    for (const sql_row& row : answer.rows) bytes += bytes_of(row);
    return bytes;
}

}  // namespace

std::size_t kept_answers::hash::operator()(const question_view& of) const noexcept {
    std::size_t all = std::hash<const void*>()(of.statement);
    for (const sql_value& each : of.values) all = all * 31 + std::hash<sql_value>()(each);
    return all;
}

bool kept_answers::equal::operator()(const question_view& a,
                                     const question_view& b) const noexcept {
    return a.statement == b.statement && std::ranges::equal(a.values, b.values);
}

void kept_answers::see_version(std::int64_t version) noexcept {
    if (version == version_) return;
    forget();
    version_ = version;
}

void kept_answers::forget() noexcept {
    answers_.clear();
    bytes_ = 0;
}

std::optional<sql_result> kept_answers::find(const void* statement,
                                             std::span<const sql_value> values) const {
    const auto found = answers_.find(question_view(statement, values));
    if (found == answers_.end()) return std::nullopt;
    return found->second;
}

void kept_answers::keep(const void* statement, std::span<const sql_value> values,
                        const sql_result& answer) {
    const std::size_t bytes = bytes_of(answer) + bytes_of(values);
    if (bytes > bytes_max_ / share_max) return;
    if (bytes_ + bytes > bytes_max_) forget();
    const bool added =
        answers_.try_emplace({statement, {values.begin(), values.end()}}, answer).second;
    if (added) bytes_ += bytes;
}

}  // namespace glimt
