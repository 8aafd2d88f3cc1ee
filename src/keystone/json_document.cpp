// SPDX-License-Identifier: Apache-2.0
#include "keystone/json_document.hpp"

namespace glimt {

std::optional<boost::json::value> read_json_document(std::string_view text) {
    boost::json::error_code ec;
    auto document = boost::json::parse(text, ec);
    if (ec) return std::nullopt;
    return document;
}

const boost::json::value* member(const boost::json::value* in, std::string_view name) {
    const auto* object = in ? in->if_object() : nullptr;
    return object ? object->if_contains(name) : nullptr;
}

std::optional<std::string> text_at(const boost::json::value* in, std::string_view name) {
    const auto* found = member(in, name);
    const auto* text = found ? found->if_string() : nullptr;
    if (!text) return std::nullopt;
    return std::string(*text);
}

std::optional<bool> flag_at(const boost::json::value* in, std::string_view name) {
    const auto* found = member(in, name);
    const auto* flag = found ? found->if_bool() : nullptr;
    if (!flag) return std::nullopt;
    return *flag;
}

}  // namespace glimt
