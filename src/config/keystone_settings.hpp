// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace glimt {

// [keystone_authtoken], and what [oslo_limit] has of it: how glimt asks Keystone who its callers
// are (contract 3.1). Names and defaults are keystonemiddleware's unless a line says why not.
struct keystone_settings {
    // Who we are. load() takes these from [auth_section] when there is one.
    std::string auth_type, auth_section, auth_url;
    std::string username, user_id, user_domain_id, user_domain_name;
    std::string password;  // secret
    std::string project_name, project_id, project_domain_id, project_domain_name;
    std::string default_domain_id, default_domain_name;
    std::string domain_id, domain_name;
    std::string system_scope;
    std::string application_credential_id, application_credential_name;
    std::string application_credential_secret;  // secret

    // Whom we ask, and how patiently.
    std::string www_authenticate_uri;
    std::string interface = "internal";
    std::string region_name;
    std::chrono::milliseconds http_connect_timeout{0};  // Glance's 0 is none: ours always has one
    std::uint32_t http_request_max_retries = 3;
    std::string certfile, keyfile, cafile;
    bool insecure = false;

    // What an answer is worth.
    bool delay_auth_decision = false;
    std::int64_t token_cache_time = 300;  // seconds; negative: no cache; 0: while a token lasts
    std::vector<std::string> memcached_servers;
    bool include_service_catalog = true;
    std::string enforce_token_bind = "permissive";
    std::vector<std::string> service_token_roles = {"service"};
    bool service_token_roles_required = true;  // Debian's keystonemiddleware: false, deprecated
    std::string service_type;
};

}  // namespace glimt
