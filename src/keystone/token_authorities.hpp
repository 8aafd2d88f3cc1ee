// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "keystone/keystone_session.hpp"
#include "keystone/token_validator.hpp"

#include <string>

namespace glimt {

// Keystone, asked by GET /v3/auth/tokens. On the session's shard.
class keystone_authority final : public token_authority {
public:
    // Asks for the catalog when `service_type` is to be looked for there.
    keystone_authority(keystone_session& session, std::string service_type)
        : session_(session), service_type_(std::move(service_type)) {}

    task<token_verdict> ask(std::string token, bool expired_too) override;

private:
    keystone_session& session_;
    const std::string service_type_;
};

// The validator of another shard, which outlives the question.
class neighbouring_authority final : public token_authority {
public:
    explicit neighbouring_authority(token_validator& there) : there_(there) {}

    task<token_verdict> ask(std::string token, bool expired_too) override;

private:
    token_validator& there_;
};

}  // namespace glimt
