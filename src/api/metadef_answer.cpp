// SPDX-License-Identifier: Apache-2.0
#include "api/metadef_answer.hpp"

#include "api/dispatch.hpp"
#include "auth/metadef_policy.hpp"
#include "core/problem.hpp"

#include <fmt/format.h>

namespace glimt {

task<metadef_namespace> namespace_for(const call& asked, action rule) {
    std::string name(asked.parameter("namespace"));
    auto found = co_await asked.with.definitions.find(name, viewer_of(asked.caller));
    if (!found) refuse_unknown_namespace(name);
    co_await metadef_policy(asked.rules, asked.caller, *found).enforce(rule);
    co_return std::move(*found);
}

task<metadef_namespace> namespace_to_change(const call& asked, action rule) {
    auto found = co_await namespace_for(asked, rule);
    refuse_read_only(asked.caller);
    co_return found;
}

task<response> remove_all_of(call& asked, metadef_kind kind, std::optional<action> also) {
    const auto within = co_await namespace_to_change(asked, "delete_metadef_namespace");
    if (also) co_await metadef_policy(asked.rules, asked.caller, within).enforce(*also);
    check_unprotected(within, "namespace", within.name);
    co_await asked.with.definitions.remove_all(kind, within.id);
    co_return nothing_left();
}

void refuse_unknown_namespace(std::string_view name) {
    throw problem(reason::not_found, fmt::format("Namespace {} not found", name));
}

void refuse_unknown(std::string_view kind, std::string_view name) {
    throw problem(reason::not_found, fmt::format("Could not find {} {}", kind, name));
}

void check_unprotected(const metadef_namespace& within, std::string_view kind,
                       std::string_view name) {
    if (!within.is_protected) return;
    throw problem(
        reason::forbidden,
        fmt::format("Metadata definition {} {} is protected and cannot be deleted.", kind, name));
}

void refuse_taken_object(std::string_view name, std::string_view within) {
    throw problem(reason::conflict, fmt::format("A metadata definition object with name={} already "
                                                "exists in namespace={}.",
                                                name, within));
}

void refuse_taken_tag(std::string_view name, std::string_view within) {
    throw problem(reason::conflict,
                  fmt::format("A metadata tag with name={} already exists in namespace={}. (Please "
                              "note that metadata tag names are case insensitive).",
                              name, within));
}

void refuse_taken_association(std::string_view name, std::string_view within) {
    throw problem(reason::conflict,
                  fmt::format("The metadata definition resource-type association of "
                              "resource-type={} to namespace={} already exists.",
                              name, within));
}

void refuse_taken_name(std::string_view kind, std::string_view name, std::string_view within) {
    throw problem(reason::conflict,
                  fmt::format("Invalid update. It would result in a duplicate metadata definition "
                              "{} with the same name={} in namespace={}.",
                              kind, name, within));
}

}  // namespace glimt
