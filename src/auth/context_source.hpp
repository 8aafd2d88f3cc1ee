// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/identity_source.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// What the ways of telling callers apart have in common: ContextMiddleware.
class context_source : public identity_source {
public:
    context_source(const settings& options, const policy& rules)
        : rules_(rules), lets_in_anybody_(options.allow_anonymous_access) {}

    bool adopts_request_ids() const noexcept override { return true; }

protected:
    request_context confirmed(request_context caller) const;

    // Somebody without an identity: may read, or throws problem(reason::unauthorized).
    request_context unconfirmed() const;

    bool lets_in_anybody() const noexcept { return lets_in_anybody_; }

private:
    const policy& rules_;
    const bool lets_in_anybody_;
};

// names_of() in lower case, as Glance has roles.
std::vector<std::string> roles_of(std::string_view text);

// The header of that name, or nullptr. Throws problem(reason::invalid) when it is there twice. The
// spelling with '_' does not count: it would let a client past a front end that replaces the other
// one.
const header* only_header(const request_head& head, std::string_view name);

}  // namespace glimt
