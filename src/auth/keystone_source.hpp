// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/context_source.hpp"
#include "config/keystone_settings.hpp"
#include "keystone/token_validator.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// Who asks, as Keystone says of the tokens that come along: keystonemiddleware's auth_token before
// ContextMiddleware (contract 3.1). What the client says of itself does not count.
//
// On purpose unlike them: while Keystone cannot be asked the answer is 503, also where the decision
// is delayed, since a 401 makes clients throw good tokens away.
class keystone_source final : public context_source {
public:
    keystone_source(const settings& options, const keystone_settings& with, const policy& rules,
                    token_validator& tokens);

    task<request_context> identify(const request_head& head, std::string_view path) override;

private:
    using token_pointer = std::shared_ptr<const verified_token>;

    task<token_pointer> verify_service(const header& token);
    request_context rejected() const;
    bool is_service(const verified_token& token) const;
    bool is_bound_well(const verified_token& token) const;
    bool may_ask(const verified_token& token, const request_head& head, std::string_view path,
                 bool through_service) const;

    const keystone_settings& with_;
    token_validator& tokens_;
    const std::string challenge_;  // of WWW-Authenticate
};

}  // namespace glimt
