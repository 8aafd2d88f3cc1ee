// SPDX-License-Identifier: Apache-2.0
#include "auth/identity_headers.hpp"

#include <algorithm>

namespace glimt {
namespace {

// Any name that begins so is one: keystone's filter may learn to set more.
constexpr std::string_view prefixes[] = {
    "x-identity-", "x-user", "x-project", "x-tenant",           "x-domain",
    "x-service-",  "x-role", "x-group",   "x-is-admin-project", "openstack-system-scope",
};

char folded(char c) noexcept {
    if (c == '_') return '-';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins(std::string_view name, std::string_view prefix) noexcept {
    return name.size() >= prefix.size() &&
           std::ranges::equal(name.substr(0, prefix.size()), prefix, {}, folded);
}

}  // namespace

bool is_identity_header(std::string_view name) noexcept {
    constexpr std::string_view proven = "x-service-token";
    if (name.size() == proven.size() && begins(name, proven)) return false;
    return std::ranges::any_of(prefixes, [&](auto prefix) { return begins(name, prefix); });
}

void drop_identity_headers(request_head& head) {
    const auto is_dropped = [](const header& each) { return is_identity_header(each.name); };
    const auto kept = std::ranges::remove_if(head.headers, is_dropped);
    head.headers.erase(kept.begin(), kept.end());
}

}  // namespace glimt
