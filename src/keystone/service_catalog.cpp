// SPDX-License-Identifier: Apache-2.0
#include "keystone/service_catalog.hpp"

#include "keystone/json_document.hpp"
#include "keystone/token.hpp"

#include <algorithm>

namespace glimt {
namespace {

namespace json = boost::json;

std::string_view without_slashes(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    return url;
}

// {"versions": {"values": [...]}}, {"versions": [...]} or {"version": {...}}.
const json::value* versions_of(const json::value* document) {
    const auto* all = member(document, "versions");
    if (const auto* values = member(all, "values")) return values;
    return all ? all : member(document, "version");
}

bool is_version_three(const json::value& entry) {
    const auto id = text_at(&entry, "id");
    return id && (*id == "v3" || id->starts_with("v3."));
}

bool matches(const json::value& endpoint, std::string_view interface, std::string_view region) {
    if (text_at(&endpoint, "interface") != interface) return false;
    return region.empty() || text_at(&endpoint, "region_id") == region ||
           text_at(&endpoint, "region") == region;
}

std::string identity_url_of(const json::value* catalog, std::string_view interface,
                            std::string_view region) {
    const auto* services = catalog ? catalog->if_array() : nullptr;
    if (!services) return {};
    for (const auto& service : *services) {
        if (text_at(&service, "type") != "identity") continue;
        const auto* listed = member(&service, "endpoints");
        const auto* endpoints = listed ? listed->if_array() : nullptr;
        if (!endpoints) continue;
        for (const auto& each : *endpoints)
            if (matches(each, interface, region)) return text_at(&each, "url").value_or("");
    }
    return {};
}

}  // namespace

bool names_version_three(std::string_view url) { return without_slashes(url).ends_with("/v3"); }

std::string version_three_of(std::string_view url) {
    url = without_slashes(url);
    if (url.ends_with("/v2.0")) url = without_slashes(url.substr(0, url.size() - 5));
    return names_version_three(url) ? std::string(url) : std::string(url).append("/v3");
}

bool may_have_version_three(std::string_view text) {
    const auto document = read_json_document(text);
    const auto* all = document ? versions_of(&*document) : nullptr;
    if (!all) return true;
    const auto* list = all->if_array();
    return list ? std::ranges::any_of(*list, is_version_three) : is_version_three(*all);
}

std::optional<login_answer> read_login(std::string_view text, std::string_view interface,
                                       std::string_view region) {
    const auto document = read_json_document(text);
    const auto* token = document ? member(&*document, "token") : nullptr;
    const auto expires = read_keystone_time(text_at(token, "expires_at").value_or(""));
    if (!expires) return std::nullopt;
    return login_answer{*expires, identity_url_of(member(token, "catalog"), interface, region)};
}

}  // namespace glimt
