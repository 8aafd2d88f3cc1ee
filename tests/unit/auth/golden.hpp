// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/request_context.hpp"
#include "support/callers.hpp"

#include <fstream>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glimt {

// What the scripts of tests/data/auth recorded, as values.

inline std::vector<std::string> split(std::string_view text, char sign) {
    std::vector<std::string> parts;
    for (const auto part : text | std::views::split(sign))
        parts.emplace_back(part.begin(), part.end());
    return parts;
}

// The fields of each line of a file of tests/data/auth.
inline std::vector<std::vector<std::string>> lines_of(const std::string& name) {
    std::ifstream in(GLIMT_TEST_DATA "/auth/" + name);
    std::vector<std::vector<std::string>> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(split(line, '\t'));
    return lines;
}

// "name=value"
inline std::pair<std::string, std::optional<std::string>> field_of(const std::string& text) {
    const auto sign = text.find('=');
    if (sign == text.npos) return {text, std::nullopt};
    return {text.substr(0, sign), text.substr(sign + 1)};
}

// As record_policy.py writes callers.
inline request_context caller_of(std::span<const std::string> fields) {
    request_context caller;
    for (const auto& field : fields) {
        const auto [name, value] = field_of(field);
        if (name == "roles") {
            caller.roles = split(*value, ',');
        } else if (name == "service_roles") {
            caller.service_roles = split(*value, ',');
        } else if (name == "is_admin_project") {
            caller.is_admin_project = *value == "True";
        } else {
            testing::text_called(name, caller) = value;
        }
    }
    return caller;
}

}  // namespace glimt
