// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/paste.hpp"
#include "auth/policy.hpp"
#include "auth/request_context.hpp"
#include "config/settings.hpp"
#include "proto/message.hpp"

#include <memory>
#include <string>
#include <vector>

namespace glimt {

// Tells who asks from the head of a request (contract 3.2): one of the ways below, chosen at the
// start by the pipeline that is served.
//
//   unauthenticated-context   everybody is an admin without user and project; no header counts
//   fakeauth context          X-Auth-Token is user:project:role[,role]...; no other header counts.
//                             Of Glance's own tests: project "none" is none
//   context                   the headers that keystone's filter would have set are believed
//
// Without an identity the last two answer 401, or with allow_anonymous_access give a context that
// may only read. Stateless: any thread may ask at any time.
class identity_source {
public:
    virtual ~identity_source() = default;

    // Throws problem(reason::unauthorized), and problem(reason::invalid) when a header that is
    // believed is there twice, so that front ends cannot have seen another than we do.
    virtual request_context identify(const request_head& head) const = 0;

    // Whether the client's X-Openstack-Request-Id becomes the request's (contract 1.3).
    virtual bool adopts_request_ids() const noexcept = 0;
};

struct identity_setup {
    std::unique_ptr<const identity_source> source;  // none when there are errors
    paste_pipeline pipeline;                        // what it does not name is off
    std::vector<std::string> errors;                // why we do not start, a sentence each
    std::vector<std::string> warnings;              // worth a loud line of the log each
};

// Refers to `rules`, which outlive the source.
identity_setup make_identity_source(const settings& options, const policy& rules);

// Whether only programs of this machine can reach the address.
bool is_local(const listen_address& address);

}  // namespace glimt
