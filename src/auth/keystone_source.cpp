// SPDX-License-Identifier: Apache-2.0
#include "auth/keystone_source.hpp"

#include "auth/access_rules.hpp"
#include "auth/names.hpp"
#include "config/strip.hpp"
#include "core/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace glimt {
namespace {

// The header when it is there and not blank.
const header* token_in(const request_head& head, std::string_view name) {
    const auto* found = only_header(head, name);
    return found && !strip(found->value).empty() ? found : nullptr;
}

// X-Storage-Token is Swift's name for the same.
const header* user_token_in(const request_head& head) {
    if (only_header(head, "x-auth-token")) return token_in(head, "x-auth-token");
    return token_in(head, "x-storage-token");
}

std::string challenge_of(const keystone_settings& with) {
    const auto& where =
        with.www_authenticate_uri.empty() ? with.auth_url : with.www_authenticate_uri;
    return fmt::format("Keystone uri=\"{}\"", where);
}

// Null when it is not valid.
std::shared_ptr<const verified_token> token_of(token_verdict verdict) {
    if (verdict.standing == token_standing::unavailable)
        throw problem(reason::unavailable, "The Keystone service is temporarily unavailable.");
    return std::move(verdict.token);
}

request_context context_of(const verified_token& user, const verified_token* service) {
    request_context caller;
    caller.user_id = user.user_id;
    caller.user_domain_id = user.user_domain_id;
    caller.project_id = user.project_id;
    caller.project_domain_id = user.project_domain_id;
    caller.domain_id = user.domain_id;
    if (user.whole_system) caller.system_scope = "all";
    caller.is_admin_project = user.is_admin_project;
    caller.roles.reserve(user.roles.size());
    for (const auto& role : user.roles) caller.roles.push_back(lower(role));
    if (!service) return caller;
    caller.service_user_id = service->user_id;
    caller.service_user_domain_id = service->user_domain_id;
    caller.service_project_id = service->project_id;
    caller.service_project_domain_id = service->project_domain_id;
    caller.service_roles = service->roles;
    return caller;
}

}  // namespace

keystone_source::keystone_source(const settings& options, const keystone_settings& with,
                                 const policy& rules, token_validator& tokens)
    : context_source(options, rules),
      with_(with),
      tokens_(tokens),
      challenge_(challenge_of(with)) {}

task<request_context> keystone_source::identify(const request_head& head, std::string_view path) {
    const auto* user_header = user_token_in(head);
    if (!user_header) co_return rejected();
    const auto* service_header = token_in(head, "x-service-token");
    token_pointer service;
    bool vouched = false;  // by a service, which may go on for a user whose token has expired
    if (service_header) {
        service = co_await verify_service(*service_header);
        vouched = service && is_service(*service);
        if (!vouched && with_.service_token_roles_required) service = nullptr;
        if (!service && !with_.delay_auth_decision) co_return rejected();
    }
    const auto token = strip(user_header->value);
    auto verdict = tokens_.known(token, vouched);
    if (!verdict) verdict = co_await tokens_.verify(std::string(token), vouched);
    const auto user = token_of(*std::move(verdict));
    if (!user || !may_ask(*user, head, path, vouched) || (!vouched && !is_bound_well(*user)))
        co_return rejected();
    co_return confirmed(context_of(*user, service.get()));
}

task<keystone_source::token_pointer> keystone_source::verify_service(const header& token) {
    auto verified = token_of(co_await tokens_.verify(std::string(strip(token.value)), false));
    if (verified && !is_bound_well(*verified)) verified = nullptr;
    co_return verified;
}

request_context keystone_source::rejected() const {
    if (with_.delay_auth_decision && lets_in_anybody()) return unconfirmed();
    throw problem(reason::unauthorized).with_header("WWW-Authenticate", challenge_);
}

bool keystone_source::is_service(const verified_token& token) const {
    return std::ranges::any_of(token.roles, [&](const std::string& role) {
        return std::ranges::find(with_.service_token_roles, role) !=
               with_.service_token_roles.end();
    });
}

// Keystone has made no bound tokens since Pike. What binds them we have never seen proven.
bool keystone_source::is_bound_well(const verified_token& token) const {
    const auto& mode = with_.enforce_token_bind;
    if (mode == "disabled") return true;
    const bool is_bound_by_kerberos =
        std::ranges::find(token.binds, "kerberos") != token.binds.end();
    if (mode == "permissive") return !is_bound_by_kerberos;
    return mode == "strict" && token.binds.empty();
}

bool keystone_source::may_ask(const verified_token& token, const request_head& head,
                              std::string_view path, bool through_service) const {
    if (!token.access_rules) return true;
    if (with_.service_type.empty() || !token.names_service) return false;
    if (through_service) return true;
    const std::string whole = fmt::format("{}/v2{}", head.script_name, path);
    return std::ranges::any_of(*token.access_rules, [&](const access_rule& rule) {
        return rule.method == head.method && rule.service == with_.service_type &&
               matches_access_path(rule.path, whole);
    });
}

}  // namespace glimt
