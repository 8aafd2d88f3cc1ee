// SPDX-License-Identifier: Apache-2.0
#include "auth/identity_source.hpp"

#include "auth/context_source.hpp"
#include "auth/keystone_source.hpp"
#include "auth/names.hpp"
#include "config/option_table.hpp"
#include "config/strip.hpp"
#include "core/problem.hpp"
#include "keystone/credentials.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cassert>
#include <initializer_list>
#include <ranges>
#include <utility>

namespace glimt {
namespace {

// UnauthenticatedContextMiddleware. Glance gives it no role, so that since enforce_new_defaults its
// admin may do nothing; ours has an admin's roles, as keystone implies them.
class open_door final : public identity_source {
public:
    task<request_context> identify(const request_head&, std::string_view) override {
        request_context admin;
        admin.roles = {"admin", "member", "reader"};
        admin.is_admin = true;
        co_return admin;
    }
    bool adopts_request_ids() const noexcept override { return false; }
};

// FakeAuthMiddleware of glance/tests/utils.py before ContextMiddleware. A token of another form is
// a 500 in Glance and no identity here.
class fake_tokens final : public context_source {
public:
    using context_source::context_source;

    task<request_context> identify(const request_head& head, std::string_view) override {
        const auto* token = head.find("x-auth-token");
        if (!token || std::ranges::count(token->value, ':') != 2) co_return unconfirmed();
        const auto first = token->value.find(':'), second = token->value.rfind(':');
        const auto project = token->value.substr(first + 1, second - first - 1);
        request_context caller;
        caller.user_id = token->value.substr(0, first);
        if (!equal_ignoring_case(project, "none")) caller.project_id = project;
        caller.roles = roles_of(token->value.substr(second + 1));
        co_return confirmed(std::move(caller));
    }
};

// ContextMiddleware with nobody before it, and RequestContext.from_environ of oslo.context 5.0.
class believed_headers final : public context_source {
public:
    using context_source::context_source;

    task<request_context> identify(const request_head& head, std::string_view) override {
        if (value(head, {"x-identity-status"}) != "Confirmed") co_return unconfirmed();
        request_context caller;
        caller.user_id = value(head, {"x-user-id", "x-user"});
        caller.project_id = value(head, {"x-project-id", "x-tenant-id", "x-tenant"});
        caller.user_domain_id = value(head, {"x-user-domain-id"});
        caller.project_domain_id = value(head, {"x-project-domain-id"});
        caller.domain_id = value(head, {"x-domain-id"});
        caller.system_scope = value(head, {"openstack-system-scope"});
        caller.service_user_id = value(head, {"x-service-user-id"});
        caller.service_user_domain_id = value(head, {"x-service-user-domain-id"});
        caller.service_project_id = value(head, {"x-service-project-id"});
        caller.service_project_domain_id = value(head, {"x-service-project-domain-id"});
        caller.roles = roles_of(value(head, {"x-roles", "x-role"}).value_or(""));
        caller.service_roles = names_of(value(head, {"x-service-roles"}).value_or(""));
        caller.is_admin_project =
            equal_ignoring_case(value(head, {"x-is-admin-project"}).value_or("true"), "true");
        co_return confirmed(std::move(caller));
    }

private:
    // Of the first of the names that was sent. The spelling with '_' does not count: it would let
    // a client past a front end that replaces the other one.
    static std::optional<std::string> value(const request_head& head,
                                            std::initializer_list<std::string_view> names) {
        for (const auto name : names)
            if (const auto* found = only_header(head, name)) return std::string(found->value);
        return std::nullopt;
    }
};

// What of a pipeline decides who a caller is.
struct identity_filters {
    bool context = false, open_door = false, authtoken = false, fakeauth = false;
    std::string unknown;  // before the context: it may be what authenticates
};

identity_filters identity_filters_of(const paste_pipeline& pipeline) {
    identity_filters found;
    for (const auto& each : pipeline.filters) {
        if (each.kind == paste_filter::context) found.context = true;
        if (each.kind == paste_filter::unauthenticated_context) found.open_door = true;
        if (each.kind == paste_filter::authtoken) found.authtoken = true;
        // Behind the context it would make another, of which nobody asked for an identity.
        if (each.kind == paste_filter::fakeauth && !found.context) found.fakeauth = true;
        if (each.kind == paste_filter::unknown && !found.context && !found.open_door)
            found.unknown = each.name;
    }
    return found;
}

bool is_reachable(const settings& options) {
    return !std::ranges::all_of(options.listen, is_local);
}

// Why this pipeline cannot be served, or nothing.
std::string refusal(const identity_filters& found, const settings& options,
                    const std::string& name) {
    if (!found.context && !found.open_door)
        return fmt::format(
            "{} names neither context nor unauthenticated-context: nobody would be "
            "anybody.",
            name);
    if (found.authtoken && found.fakeauth)
        return fmt::format("{} names authtoken and fakeauth: one of them would count for nothing.",
                           name);
    if (found.open_door && (found.context || found.authtoken || found.fakeauth))
        return fmt::format(
            "{} names unauthenticated-context, which makes everybody an admin, "
            "beside filters that tell callers apart.",
            name);
    if (found.authtoken || (found.open_door && found.unknown.empty())) return "";
    if (options.trust_identity_headers) return "";
    if (!found.fakeauth && !found.unknown.empty())
        return fmt::format(
            "{} names {}, which glimt does not know and which may be what tells who "
            "a caller is; [glimt] trust_identity_headers = true serves without it.",
            name, found.unknown);
    if (!found.open_door && is_reachable(options))
        return fmt::format(
            "{} believes callers to be whom they say they are; on addresses other "
            "machines can reach it is served only with [glimt] "
            "trust_identity_headers = true.",
            name);
    return "";
}

void warn_of_keystone(identity_plan& out) {
    if (!out.keystone.memcached_servers.empty())
        out.warnings.emplace_back(
            "[keystone_authtoken] memcached_servers is not used: tokens are cached in this "
            "process.");
    if (out.keystone.www_authenticate_uri.empty())
        out.warnings.emplace_back(
            "[keystone_authtoken] www_authenticate_uri is not set: who has no token is told "
            "auth_url, which users may not reach.");
    if (out.keystone.insecure)
        out.warnings.emplace_back(
            "[keystone_authtoken] insecure is set: whoever says to be Keystone is believed.");
}

void warn(const identity_filters& found, const settings& options, identity_plan& out) {
    const auto& name = out.pipeline.name;
    for (const auto& each : out.pipeline.filters)
        if (each.kind == paste_filter::unknown)
            out.warnings.push_back(
                fmt::format("{} names the filter {} ({}), which glimt does not "
                            "know: it is left out.",
                            name, each.name, each.factory));
    if (found.open_door && is_reachable(options)) {
        out.warnings.push_back(
            fmt::format("{} makes everybody an admin, and other machines can "
                        "reach the addresses it is served on.",
                        name));
    } else if (found.authtoken) {
        warn_of_keystone(out);
    } else if (found.fakeauth) {
        out.warnings.push_back(
            fmt::format("{} names fakeauth, which is for tests: whoever makes up a token for an "
                        "admin is one.",
                        name));
    } else if (found.context) {
        out.warnings.push_back(
            fmt::format("{} has no filter that authenticates: X-Identity-Status, X-User-Id, "
                        "X-Project-Id and X-Roles are believed as they come.",
                        name));
    }
}

// Empty, or why the value is none; options of other filters are not ours to judge.
std::string set_keystone_option(std::string_view name, std::string_view value, settings& into) {
    for (const auto& each : option_table()) {
        if (each.group != "keystone_authtoken" || each.name != name) continue;
        auto wrong = set_option(each, value, into);
        return !wrong.empty() && each.secret ? "cannot be read" : wrong;
    }
    return {};
}

// [keystone_authtoken], and what the filter of the pipeline says instead (contract 3.1).
void read_keystone_settings(const settings& options, identity_plan& out) {
    settings with = options;
    for (const auto& filter : out.pipeline.filters) {
        if (filter.kind != paste_filter::authtoken) continue;
        for (const auto& [name, value] : filter.options)
            if (const auto wrong = set_keystone_option(name, value, with); !wrong.empty())
                out.errors.push_back(fmt::format("[filter:{}] {}: {}", filter.name, name, wrong));
    }
    out.keystone = with;
    for (auto& each : complaints_about_credentials(out.keystone))
        out.errors.push_back(std::move(each));
}

}  // namespace

identity_plan plan_identities(const settings& options) {
    identity_plan out;
    out.pipeline =
        read_paste_pipeline(options.paste_text, options.paste_path, options.paste_flavor);
    for (const auto& error : out.pipeline.errors) out.errors.push_back(to_string(error));
    if (!out.errors.empty()) return out;
    const auto found = identity_filters_of(out.pipeline);
    if (auto why = refusal(found, options, out.pipeline.name); !why.empty()) {
        out.errors.push_back(std::move(why));
        return out;
    }
    if (found.open_door) {
        out.way = identity_way::open_door;
    } else if (found.authtoken) {
        out.way = identity_way::keystone;
        read_keystone_settings(options, out);
    } else {
        out.way = found.fakeauth ? identity_way::fake_tokens : identity_way::believed_headers;
    }
    warn(found, options, out);
    return out;
}

std::unique_ptr<identity_source> make_identity_source(const identity_plan& plan,
                                                      const settings& options, const policy& rules,
                                                      token_validator* tokens) {
    switch (plan.way) {
        case identity_way::open_door: return std::make_unique<open_door>();
        case identity_way::fake_tokens: return std::make_unique<fake_tokens>(options, rules);
        case identity_way::believed_headers:
            return std::make_unique<believed_headers>(options, rules);
        case identity_way::keystone: break;
    }
    assert(tokens);
    return std::make_unique<keystone_source>(options, plan.keystone, rules, *tokens);
}

bool is_local(const listen_address& address) {
    if (address.type == listen_address::kind::unix_ || address.host == "localhost") return true;
    in_addr four{};
    if (inet_pton(AF_INET, address.host.c_str(), &four) == 1)
        return ntohl(four.s_addr) >> 24 == IN_LOOPBACKNET;
    in6_addr six{};
    return inet_pton(AF_INET6, address.host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

}  // namespace glimt
