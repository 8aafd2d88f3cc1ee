// SPDX-License-Identifier: Apache-2.0
#include "api/conditions.hpp"

#include <algorithm>

namespace glimt {
namespace {

// Whether a list of entity tags has this one. Weak ones compare as strong ones do (RFC 9110
// 13.1.2); what is no list has nothing.
bool has_tag(std::string_view list, std::string_view tag) {
    while (!list.empty()) {
        const auto begin = list.find('"');
        if (begin == list.npos) return false;
        const auto end = list.find('"', begin + 1);
        if (end == list.npos) return false;
        if (list.substr(begin, end - begin + 1) == tag) return true;
        list.remove_prefix(end + 1);
    }
    return false;
}

}  // namespace

std::string entity_tag(const image& of) {
    if (!of.os_hash_value || of.os_hash_value->empty()) return {};
    const auto is_plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    // Clients may have set it (contract 1.11), so it is looked at before it goes into a head.
    if (!std::ranges::all_of(*of.os_hash_value, is_plain)) return {};
    return '"' + *of.os_hash_value + '"';
}

bool is_unchanged(const request_head& asked, const image& of) {
    const header* condition = asked.find("if-none-match");
    if (!condition) return false;
    const std::string tag = entity_tag(of);
    if (condition->value == "*") return !of.locations.empty();
    return !tag.empty() && has_tag(condition->value, tag);
}

response unchanged_answer(const image& of) {
    response answer;
    answer.status = 304;
    if (auto tag = entity_tag(of); !tag.empty()) answer.headers.push_back({"ETag", std::move(tag)});
    answer.without_length = true;
    return answer;
}

bool if_range_holds(const request_head& asked, const image& of) {
    const header* condition = asked.find("if-range");
    if (!condition) return true;
    const std::string tag = entity_tag(of);
    return !tag.empty() && condition->value == tag;
}

}  // namespace glimt
