// SPDX-License-Identifier: Apache-2.0
#include "auth/context_source.hpp"

#include "auth/names.hpp"
#include "core/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace glimt {

request_context context_source::confirmed(request_context caller) const {
    caller.is_admin = rules_.is_admin(caller);
    return caller;
}

request_context context_source::unconfirmed() const {
    if (!lets_in_anybody_) throw problem(reason::unauthorized);
    request_context anonymous;
    anonymous.read_only = true;
    return confirmed(std::move(anonymous));
}

std::vector<std::string> roles_of(std::string_view text) {
    auto roles = names_of(text);
    for (auto& role : roles) role = lower(role);
    return roles;
}

const header* only_header(const request_head& head, std::string_view name) {
    const auto* found = head.find(name);
    if (!found) return nullptr;
    const auto is_it = [&](const header& each) { return equal_ignoring_case(each.name, name); };
    if (std::ranges::count_if(head.headers, is_it) > 1)
        throw problem(reason::invalid, fmt::format("Header {} is there twice.", name));
    return found;
}

}  // namespace glimt
