// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/log.hpp"
#include "core/task.hpp"
#include "keystone/keystone_session.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// How much a project may have of something; nothing: any number.
using resource_limit = std::optional<std::int64_t>;

// What projects may have (contract 7.7).
class project_limits {
public:
    virtual ~project_limits() = default;

    // Of each of the resources, in their order. Without a project: what counts for all of them.
    // Throws problem(reason::unavailable) when nobody can say, problem(reason::internal) when it is
    // the operator's fault, and operation_aborted.
    virtual task<std::vector<resource_limit>> of(std::optional<std::string> project,
                                                 std::span<const std::string_view> resources) = 0;
};

// Keystone's unified limits, flat, as oslo.limit reads them: the project's own limit, else the one
// that is registered for everybody, else 0. They are asked for anew each time, since operators
// change them; what they belong to, once.
//
// -1 is any number, as in oslo.limit since 2.1. Loop only.
class keystone_limits final : public project_limits {
public:
    // `endpoint` is the identifier of ours in Keystone. Everything outlives the object.
    keystone_limits(keystone_session& session, std::string endpoint, log& out)
        : session_(session), endpoint_(std::move(endpoint)), out_(out) {}

    task<std::vector<resource_limit>> of(std::optional<std::string> project,
                                         std::span<const std::string_view> resources) override;

private:
    task<> find_service();
    task<std::string> ask(std::string path);
    [[noreturn]] void fail(std::string_view why);

    keystone_session& session_;
    const std::string endpoint_;
    log& out_;
    std::string service_query_;  // what our limits have in common; empty until it is known
};

}  // namespace glimt
