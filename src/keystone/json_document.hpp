// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// Looking into documents of Keystone, where anything may be missing or of another type: every step
// takes the nothing of the step before.

// Nothing when it is no JSON (RFC 8259), or nested beyond 32.
std::optional<boost::json::value> read_json_document(std::string_view text);

// nullptr when `in` is no object that has it.
const boost::json::value* member(const boost::json::value* in, std::string_view name);

std::optional<std::string> text_at(const boost::json::value* in, std::string_view name);
std::optional<bool> flag_at(const boost::json::value* in, std::string_view name);

}  // namespace glimt
