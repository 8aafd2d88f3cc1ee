// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/paste.hpp"
#include "auth/policy.hpp"
#include "auth/request_context.hpp"
#include "config/settings.hpp"
#include "core/task.hpp"
#include "keystone/token_validator.hpp"
#include "proto/message.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// Tells who asks from the head of a request (contract 3.2): one of the ways below, chosen at the
// start by the pipeline that is served.
//
//   unauthenticated-context   everybody is an admin without user and project; no header counts
//   authtoken context         X-Auth-Token, else X-Storage-Token, and X-Service-Token are tokens of
//                             Keystone, which says whose they are; no other header counts
//   fakeauth context          X-Auth-Token is user:project:role[,role]...; no other header counts.
//                             Of Glance's own tests: project "none" is none
//   context                   the headers that keystone's filter would have set are believed
//
// Without an identity all but the first answer 401, or with allow_anonymous_access give a context
// that may only read. One per shard; loop only.
class identity_source {
public:
    virtual ~identity_source() = default;

    // `path` is what is asked for below /v2. Throws problem(reason::unauthorized);
    // problem(reason::invalid) when a header that is believed is there twice, so that front ends
    // cannot have seen another than we do; and problem(reason::unavailable) when it cannot be
    // found out. Throws operation_aborted when cancelled.
    virtual task<request_context> identify(const request_head& head, std::string_view path) = 0;

    // Whether the client's X-Openstack-Request-Id becomes the request's (contract 1.3).
    virtual bool adopts_request_ids() const noexcept = 0;
};

enum class identity_way : std::uint8_t { open_door, keystone, fake_tokens, believed_headers };

// Which of them it is to be.
struct identity_plan {
    identity_way way = identity_way::open_door;  // of no account when there are errors
    paste_pipeline pipeline;                     // what it does not name is off
    keystone_settings keystone;                  // of the way that asks it
    std::vector<std::string> errors;             // why we do not start, a sentence each
    std::vector<std::string> warnings;           // worth a loud line of the log each
};

identity_plan plan_identities(const settings& options);

// Of a plan without errors. Refers to all it is given; `tokens` is of the same shard, and may be
// null unless the way is keystone.
std::unique_ptr<identity_source> make_identity_source(const identity_plan& plan,
                                                      const settings& options, const policy& rules,
                                                      token_validator* tokens = nullptr);

// Whether only programs of this machine can reach the address.
bool is_local(const listen_address& address);

}  // namespace glimt
