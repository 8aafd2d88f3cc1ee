// SPDX-License-Identifier: Apache-2.0
#include "keystone/credentials.hpp"

#include <boost/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

namespace glimt {
namespace {

namespace json = boost::json;

bool is_application_credential(const keystone_settings& options) {
    return options.auth_type == "v3applicationcredential";
}

// The first that is set.
const std::string& either(const std::string& first, const std::string& second) {
    return first.empty() ? second : first;
}

// {"id": ...} or {"name": ...}, whichever is there; nothing when neither is.
json::object named(const std::string& id, const std::string& name) {
    json::object out;
    if (!id.empty())
        out["id"] = id;
    else if (!name.empty())
        out["name"] = name;
    return out;
}

// Something of a domain: by its identifier, else by its name there.
json::object within_domain(json::object what, const json::object& domain) {
    if (what.contains("name") && !domain.empty()) what["domain"] = domain;
    return what;
}

json::object user_of(const keystone_settings& options) {
    return within_domain(named(options.user_id, options.username),
                         named(either(options.user_domain_id, options.default_domain_id),
                               either(options.user_domain_name, options.default_domain_name)));
}

json::object project_of(const keystone_settings& options) {
    return within_domain(named(options.project_id, options.project_name),
                         named(either(options.project_domain_id, options.default_domain_id),
                               either(options.project_domain_name, options.default_domain_name)));
}

json::object scope_of(const keystone_settings& options) {
    if (auto domain = named(options.domain_id, options.domain_name); !domain.empty())
        return {{"domain", std::move(domain)}};
    if (auto project = project_of(options); !project.empty())
        return {{"project", std::move(project)}};
    if (options.system_scope == "all") return {{"system", {{"all", true}}}};
    return {};
}

struct complaints {
    void unless(bool fine, std::string_view what) {
        if (!fine) all.push_back(fmt::format("[{}] {}", group, what));
    }

    std::string_view group;
    std::vector<std::string> all = {};
};

bool any(std::initializer_list<const std::string*> texts) {
    return std::ranges::any_of(texts, [](const auto* each) { return !each->empty(); });
}

void complain_about_user(const keystone_settings& options, complaints& out) {
    out.unless(any({&options.user_id, &options.username}), "has no username.");
    out.unless(
        !options.user_id.empty() || any({&options.user_domain_id, &options.user_domain_name,
                                         &options.default_domain_id, &options.default_domain_name}),
        "has no user_domain_id or user_domain_name: a username is one of a domain.");
}

}  // namespace

std::vector<std::string> complaints_about_credentials(const keystone_settings& options,
                                                      std::string_view group) {
    complaints out{group};
    out.unless(options.auth_url.starts_with("http://") || options.auth_url.starts_with("https://"),
               "auth_url must be the http or https URL of Keystone.");
    if (is_application_credential(options)) {
        out.unless(!options.application_credential_secret.empty(),
                   "has no application_credential_secret.");
        if (options.application_credential_id.empty()) {
            out.unless(!options.application_credential_name.empty(),
                       "has no application_credential_id.");
            complain_about_user(options, out);
        }
    } else if (options.auth_type == "password" || options.auth_type == "v3password") {
        complain_about_user(options, out);
        out.unless(!any({&options.domain_id, &options.domain_name}) ||
                       !any({&options.project_id, &options.project_name}),
                   "names a domain and a project to ask in: it is one of them.");
    } else {
        out.unless(false,
                   "auth_type must be password, v3password or v3applicationcredential: glimt knows "
                   "no other way to log in.");
    }
    return out.all;
}

std::string login_document(const keystone_settings& options) {
    json::object identity, auth;
    if (is_application_credential(options)) {
        auto credential =
            named(options.application_credential_id, options.application_credential_name);
        if (credential.contains("name")) credential["user"] = user_of(options);
        credential["secret"] = options.application_credential_secret;
        identity["methods"] = json::array{"application_credential"};
        identity["application_credential"] = std::move(credential);
    } else {
        auto user = user_of(options);
        user["password"] = options.password;
        identity["methods"] = json::array{"password"};
        identity["password"] = {{"user", std::move(user)}};
        if (auto scope = scope_of(options); !scope.empty()) auth["scope"] = std::move(scope);
    }
    auth["identity"] = std::move(identity);
    return json::serialize(json::object{{"auth", std::move(auth)}});
}

}  // namespace glimt
