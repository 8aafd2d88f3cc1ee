// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/policy_check.hpp"
#include "core/log.hpp"
#include "core/task.hpp"
#include "outbound/http_client.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <string_view>

namespace glimt {

// [oslo_policy] remote_*.
struct remote_check_options {
    bool json = false;  // else a form, each field of which is JSON
    std::chrono::milliseconds timeout = std::chrono::seconds(60);  // of a whole answer
    http_trust trust = {};
};

// What a server is asked about. Refers to all of it.
struct remote_question {
    std::string_view rule;  // the one that was asked first, by whatever way the check was reached
    const policy_target& target;
    const request_context& caller;
};

// http: and https: checks: a server is sent rule, target and credentials, and allows by answering
// "True". One per shard; loop only.
class remote_checks {
public:
    remote_checks(http_client& web, remote_check_options options, log& out)
        : web_(web), options_(std::move(options)), out_(out) {}

    // Throws problem(reason::unavailable) and logs why when there is no answer, or the URL lacks an
    // attribute of the target: "not" before the check must not make that a yes.
    task<bool> ask(const policy_node& check, const remote_question& about);

private:
    http_query query_for(std::string url, const remote_question& about) const;

    http_client& web_;
    remote_check_options options_;
    log& out_;
};

// The caller as to_policy_values() of oslo.context 5.0 has it.
boost::json::object credentials_of(const request_context& caller);

}  // namespace glimt
