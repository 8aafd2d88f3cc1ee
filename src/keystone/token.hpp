// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// One thing that an application credential may be used for.
struct access_rule {
    std::string service, method, path;  // the path is a pattern: see keystone's access rules
};

// What Keystone says of a token. Immutable once read; shared by all shards.
struct verified_token {
    wall_time expires;
    std::optional<std::string> user_id, user_domain_id;
    std::optional<std::string> project_id, project_domain_id;
    std::optional<std::string> domain_id;  // of a token that is good for a domain
    bool whole_system = false;             // of one that is good for the cloud
    bool is_admin_project = true;
    std::vector<std::string> roles;                        // as Keystone spells them
    std::vector<std::string> binds;                        // "kerberos", "x509"
    std::optional<std::vector<access_rule>> access_rules;  // none: not restricted
    bool names_service = false;                            // its catalog has our service_type

    bool expired(wall_time now) const noexcept { return expires < now; }

    // What it takes in memory, about.
    std::size_t bytes() const noexcept;
};

// What became of a question about a token.
enum class token_standing : std::uint8_t {
    valid,        // `token` is what Keystone says; it may have expired since
    invalid,      // Keystone does not know it, or it is none
    unavailable,  // nobody can say: Keystone cannot be asked, or does not answer as it should
};

struct token_verdict {
    token_standing standing = token_standing::unavailable;
    std::shared_ptr<const verified_token> token = {};  // of a valid one
    // Of a valid one: when it has to be asked for again. Copies in other caches end with it, so
    // that a revoked token is known nowhere longer than where Keystone was asked.
    steady_time good_until = steady_time::max();
};

// The document of GET /v3/auth/tokens; nothing when it is not one. Looks in its catalog for
// `service_type`, unless that is empty.
std::shared_ptr<const verified_token> read_token(std::string_view json,
                                                 std::string_view service_type);

// "2026-11-25T03:04:05.000000Z", as Keystone writes times: UTC, with or without a fraction.
std::optional<wall_time> read_keystone_time(std::string_view text);

}  // namespace glimt
