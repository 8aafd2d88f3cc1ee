// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace glimt {

// Who asks: what is known of the caller of one request (contract 3.2). A value; it lives as long as
// its request. Nothing is a Python None: behind `context` a header that was not sent, which is not
// the same as an empty one. The owner of what the caller makes is project_id.
struct request_context {
    std::optional<std::string> user_id, user_domain_id;
    std::optional<std::string> project_id, project_domain_id;
    std::optional<std::string> domain_id;     // of a token that is good for a domain
    std::optional<std::string> system_scope;  // "all": a token that is good for the whole cloud
    std::optional<std::string> service_user_id, service_user_domain_id;
    std::optional<std::string> service_project_id, service_project_domain_id;
    std::vector<std::string> roles;          // in lower case (ASCII)
    std::vector<std::string> service_roles;  // as sent: of the service that asks for the user
    bool is_admin = false;                   // by the rule context_is_admin, once per request
    bool is_admin_project = true;
    bool read_only = false;  // anonymous: may change nothing
};

// What every call that changes something asks first. Throws problem(reason::forbidden).
void refuse_read_only(const request_context& context);

}  // namespace glimt
