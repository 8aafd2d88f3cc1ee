// SPDX-License-Identifier: Apache-2.0
#include "keystone/token.hpp"

#include "keystone/json_document.hpp"

#include <algorithm>
#include <charconv>

namespace glimt {
namespace {

namespace json = boost::json;

std::size_t bytes_of(const std::string& text) { return sizeof text + text.capacity(); }

std::size_t bytes_of(const std::optional<std::string>& text) { return text ? text->capacity() : 0; }

// The names in a list of objects that have one.
std::optional<std::vector<std::string>> names_of(const json::value* list) {
    std::vector<std::string> names;
    if (!list) return names;
    const auto* each = list->if_array();
    if (!each) return std::nullopt;
    for (const auto& one : *each) {
        auto name = text_at(&one, "name");
        if (!name) return std::nullopt;
        names.push_back(std::move(*name));
    }
    return names;
}

// Nothing when there are some that cannot be read: they would restrict.
std::optional<std::vector<access_rule>> rules_of(const json::value& list) {
    const auto* each = list.if_array();
    if (!each) return std::nullopt;
    std::vector<access_rule> rules;
    for (const auto& one : *each) {
        auto service = text_at(&one, "service"), method = text_at(&one, "method"),
             path = text_at(&one, "path");
        if (!service || !method || !path) return std::nullopt;
        rules.push_back({std::move(*service), std::move(*method), std::move(*path)});
    }
    return rules;
}

bool names(const json::value* catalog, std::string_view service_type) {
    const auto* services = catalog ? catalog->if_array() : nullptr;
    return services && std::ranges::any_of(*services, [&](const json::value& each) {
               return text_at(&each, "type") == service_type;
           });
}

void read_scope(const json::value* token, verified_token& into) {
    const auto* user = member(token, "user");
    into.user_id = text_at(user, "id");
    into.user_domain_id = text_at(member(user, "domain"), "id");
    const auto* project = member(token, "project");
    into.project_id = text_at(project, "id");
    into.project_domain_id = text_at(member(project, "domain"), "id");
    into.domain_id = text_at(member(token, "domain"), "id");
    into.whole_system = flag_at(member(token, "system"), "all").value_or(false);
    into.is_admin_project = flag_at(token, "is_admin_project").value_or(true);
}

// False when what restricts it cannot be read.
bool read_restrictions(const json::value* token, verified_token& into) {
    if (const auto* bind = member(token, "bind"); bind && !bind->is_null()) {
        if (!bind->is_object()) return false;
        for (const auto& each : bind->get_object()) into.binds.emplace_back(each.key());
    }
    const auto* rules = member(member(token, "application_credential"), "access_rules");
    if (!rules || rules->is_null()) return true;
    into.access_rules = rules_of(*rules);
    return into.access_rules.has_value();
}

}  // namespace

std::size_t verified_token::bytes() const noexcept {
    std::size_t sum = sizeof *this + bytes_of(user_id) + bytes_of(user_domain_id) +
                      bytes_of(project_id) + bytes_of(project_domain_id) + bytes_of(domain_id);
    for (const auto& each : roles) sum += bytes_of(each);
    for (const auto& each : binds) sum += bytes_of(each);
    if (access_rules)
        for (const auto& each : *access_rules)
            sum += bytes_of(each.service) + bytes_of(each.method) + bytes_of(each.path);
    return sum;
}

std::shared_ptr<const verified_token> read_token(std::string_view text,
                                                 std::string_view service_type) {
    const auto document = read_json_document(text);
    const auto* token = document ? member(&*document, "token") : nullptr;
    const auto expires = read_keystone_time(text_at(token, "expires_at").value_or(""));
    auto roles = names_of(member(token, "roles"));
    if (!expires || !roles) return nullptr;
    auto read = std::make_shared<verified_token>();
    read->expires = *expires;
    read->roles = std::move(*roles);
    read_scope(token, *read);
    if (!read->user_id || !read_restrictions(token, *read)) return nullptr;
    read->names_service = !service_type.empty() && names(member(token, "catalog"), service_type);
    return read;
}

std::optional<wall_time> read_keystone_time(std::string_view text) {
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
    if (text.size() < shape.size()) return std::nullopt;
    int parts[6]{};
    for (std::size_t at = 0, part = 0; at < shape.size(); ++at) {
        const char c = text[at];
        if (shape[at] != 'd') {
            if (c != shape[at]) return std::nullopt;
            ++part;
        } else if (c < '0' || c > '9') {
            return std::nullopt;
        } else {
            parts[part] = parts[part] * 10 + (c - '0');
        }
    }
    text.remove_prefix(shape.size());
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
    }
    if (text != "Z" && text != "+00:00" && !text.empty()) return std::nullopt;
    const std::chrono::year_month_day day{std::chrono::year(parts[0]),
                                          std::chrono::month(static_cast<unsigned>(parts[1])),
                                          std::chrono::day(static_cast<unsigned>(parts[2]))};
    if (!day.ok() || parts[0] < 1700 || parts[0] > 2200 || parts[3] > 23 || parts[4] > 59 ||
        parts[5] > 60)
        return std::nullopt;
    return std::chrono::sys_days(day) + std::chrono::hours(parts[3]) +
           std::chrono::minutes(parts[4]) + std::chrono::seconds(parts[5]);
}

}  // namespace glimt
