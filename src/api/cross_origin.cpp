// SPDX-License-Identifier: Apache-2.0
#include "api/cross_origin.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace glimt {
namespace {

// What pages may send without being allowed to.
constexpr std::array<std::string_view, 8> simple_headers = {
    "Accept",           "Accept-Language", "Content-Type",  "Cache-Control",
    "Content-Language", "Expires",         "Last-Modified", "Pragma"};

bool contains(const auto& names, std::string_view name) {
    return std::ranges::any_of(
        names, [&](std::string_view each) { return equal_ignoring_case(each, name); });
}

std::vector<std::string_view> list_in(const request_head& asked, std::string_view name) {
    std::vector<std::string_view> items;
    const header* const found = asked.find(name);
    if (!found) return items;
    for_each_element(found->value, [&](std::string_view item) {
        if (!item.empty()) items.push_back(item);
    });
    return items;
}

void vary_by_origin(response& answer) {
    for (response_header& each : answer.headers) {
        if (!equal_ignoring_case(each.name, "Vary")) continue;
        each.value += ",Origin";
        return;
    }
    answer.headers.push_back({"Vary", "Origin"});
}

}  // namespace

void cross_origin_filter::apply(const request_head& asked, response& answer) const {
    const bool preflight = asked.method == "OPTIONS";
    if (preflight && (answer.status < 200 || answer.status >= 300)) answer = {};
    const std::string* const origin = allowed_origin(asked);
    if (!origin) return;
    if (!preflight) {
        grant(answer, *origin);
        if (!options_.cors_expose_headers.empty())
            answer.headers.push_back(
                {"Access-Control-Expose-Headers",
                 fmt::format("{}", fmt::join(options_.cors_expose_headers, ","))});
        return;
    }
    if (!allows_preflight(asked)) return;
    grant(answer, *origin);
    if (options_.cors_max_age != 0)
        answer.headers.push_back({"Access-Control-Max-Age", std::to_string(options_.cors_max_age)});
    answer.headers.push_back({"Access-Control-Allow-Methods",
                              std::string(asked.find("access-control-request-method")->value)});
    const auto wanted = list_in(asked, "access-control-request-headers");
    if (!wanted.empty())
        answer.headers.push_back(
            {"Access-Control-Allow-Headers", fmt::format("{}", fmt::join(wanted, ","))});
}

// As it is allowed: an origin, or "*" for all of them.
const std::string* cross_origin_filter::allowed_origin(const request_head& asked) const {
    const header* const origin = asked.find("origin");
    if (!origin) return nullptr;
    const auto& allowed = options_.cors_allowed_origin;
    auto found = std::ranges::find(allowed, origin->value);
    if (found == allowed.end()) found = std::ranges::find(allowed, "*");
    return found == allowed.end() ? nullptr : &*found;
}

bool cross_origin_filter::allows_preflight(const request_head& asked) const {
    const header* const method = asked.find("access-control-request-method");
    if (!method || std::ranges::find(options_.cors_allow_methods, method->value) ==
                       options_.cors_allow_methods.end())
        return false;
    const auto wanted = list_in(asked, "access-control-request-headers");
    return std::ranges::all_of(wanted, [&](std::string_view each) {
        return contains(simple_headers, each) || contains(options_.cors_allow_headers, each);
    });
}

void cross_origin_filter::grant(response& answer, const std::string& origin) const {
    vary_by_origin(answer);
    answer.headers.push_back({"Access-Control-Allow-Origin", origin});
    if (options_.cors_allow_credentials)
        answer.headers.push_back({"Access-Control-Allow-Credentials", "true"});
}

}  // namespace glimt
