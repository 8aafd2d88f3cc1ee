// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/handlers.hpp"
#include "auth/policy_defaults.hpp"
#include "catalog/metadef_catalog.hpp"
#include "image/metadef.hpp"

#include <optional>
#include <string_view>

namespace glimt {

// What the handlers of metadata definitions have in common.

// The namespace of the path, if the caller may do that with it. Throws problem: not_found for one
// that is not there and for one that is another project's, forbidden by policy.
task<metadef_namespace> namespace_for(const call& asked, action rule);

// The same for a change, which nobody makes who may only read.
task<metadef_namespace> namespace_to_change(const call& asked, action rule);

// DELETE of all things of a kind in the namespace of the path; a rule may be asked beside
// that of the namespace.
task<response> remove_all_of(call& asked, metadef_kind kind,
                             std::optional<action> also = std::nullopt);

// --- what is refused, in Glance's words ----------------------------------------------------------

[[noreturn]] void refuse_unknown_namespace(std::string_view name);

// "Could not find metadata object x", `kind` being "metadata object".
[[noreturn]] void refuse_unknown(std::string_view kind, std::string_view name);

// Whatever is in a protected namespace, and the namespace itself, cannot be deleted.
void check_unprotected(const metadef_namespace& within, std::string_view kind,
                       std::string_view name);

// 409 for what is there already.
[[noreturn]] void refuse_taken_object(std::string_view name, std::string_view within);
[[noreturn]] void refuse_taken_tag(std::string_view name, std::string_view within);
[[noreturn]] void refuse_taken_association(std::string_view name, std::string_view within);

// 409 for an object or a property that is to get the name of another. Glance says the old name.
[[noreturn]] void refuse_taken_name(std::string_view kind, std::string_view name,
                                    std::string_view within);

// When it was made, which is also when it was last changed.
template <class Made>
void stamp(Made& made, timestamp now) {
    made.created_at = now;
    made.updated_at = now;
}

}  // namespace glimt
