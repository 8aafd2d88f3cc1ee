// SPDX-License-Identifier: Apache-2.0
#include "api/dispatch.hpp"
#include "api/metadef_answer.hpp"
#include "api/metadef_parameters.hpp"
#include "api/metadefs.hpp"
#include "auth/metadef_policy.hpp"
#include "core/problem.hpp"
#include "image/metadef_input.hpp"
#include "image/metadef_json.hpp"
#include "image/request_json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace glimt {
namespace {

constexpr std::string_view kind = "property";

task<metadef_property> find_property_named(const call& asked, const metadef_namespace& within,
                                           std::string name) {
    auto found = co_await asked.with.definitions.property(within.id, name);
    if (!found) refuse_unknown(kind, name);
    co_return std::move(*found);
}

response property_answer(const metadef_property& shown) {
    response answer = json_answer();
    append_property(answer.text, shown);
    return answer;
}

std::string name_in_path(const call& asked) {
    return std::string(asked.parameter("property_name"));
}

// Why the namespace has no association with that type: there is no such type, or it is another's.
task<problem> unassociated(const call& asked, const metadef_namespace& within, std::string type) {
    const auto types = co_await asked.with.definitions.resource_types();
    if (std::ranges::find(types, type, &metadef_resource_type::name) == types.end()) {
        co_return problem(
            reason::not_found,
            fmt::format("The metadata definition resource-type with name={}, was not found.",
                        type));
    }
    co_return problem(reason::not_found,
                      fmt::format("The metadata definition resource-type association of "
                                  "resource-type={} to namespace={}, was not found.",
                                  type, within.name));
}

// The name of the property that is called so where it is used for that resource type.
task<std::string> name_without_prefix(const call& asked, const metadef_namespace& within,
                                      std::string type) {
    co_await metadef_policy(asked.rules, asked.caller, within).enforce("get_metadef_resource_type");
    const auto all = co_await asked.with.definitions.associations(within.id);
    const auto found = std::ranges::find(all, type, &metadef_association::resource_type);
    if (found == all.end()) throw co_await unassociated(asked, within, type);
    const std::string_view prefix = found->prefix ? std::string_view(*found->prefix) : "";
    const std::string name = name_in_path(asked);
    if (prefix.empty() || !name.starts_with(prefix)) {
        throw problem(reason::not_found,
                      fmt::format("Property {} does not start with the expected resource type "
                                  "association prefix of '{}'.",
                                  name, found->prefix.value_or("None")));
    }
    co_return name.substr(prefix.size());
}

}  // namespace

task<response> get_metadef_properties(call& asked) {
    const auto within = co_await namespace_for(asked, "get_metadef_properties");
    const auto all = co_await asked.with.definitions.properties(within.id);
    response answer = json_answer();
    append_properties(answer.text, all);
    co_return answer;
}

task<response> post_metadef_property(call& asked) {
    auto made = read_property(parse_request_json(co_await collect_document(asked)));
    const auto within = co_await namespace_to_change(asked, "add_metadef_property");
    check_storable(made, "create metadata property");
    stamp(made, time_of_change(asked));
    const auto done = co_await asked.with.definitions.insert_property(within.id, made);
    if (done == insert_outcome::duplicate) {
        throw problem(reason::conflict, fmt::format("A metadata definition property with name={} "
                                                    "already exists in namespace={}.",
                                                    made.name, within.name));
    }
    response answer = property_answer(made);
    answer.status = 201;
    co_return answer;
}

task<response> delete_metadef_properties(call& asked) {
    return remove_all_of(asked, metadef_kind::property);
}

task<response> get_metadef_property(call& asked) {
    const auto type = read_resource_type(parameters_of(asked.head));
    const auto within = co_await namespace_for(asked, "get_metadef_property");
    std::string name = name_in_path(asked);
    if (type) name = co_await name_without_prefix(asked, within, *type);
    co_return property_answer(co_await find_property_named(asked, within, std::move(name)));
}

task<response> put_metadef_property(call& asked) {
    auto after = read_property(parse_request_json(co_await collect_document(asked)));
    const auto within = co_await namespace_to_change(asked, "modify_metadef_property");
    const auto before = co_await find_property_named(asked, within, name_in_path(asked));
    check_storable(after, "update metadata property");
    after.created_at = before.created_at;
    after.updated_at = time_of_change(asked);
    const auto done =
        co_await asked.with.definitions.update_property(within.id, before.name, after);
    if (done == save_outcome::gone) refuse_unknown(kind, before.name);
    if (done == save_outcome::conflict) refuse_taken_name("property", before.name, within.name);
    co_return property_answer(after);
}

task<response> delete_metadef_property(call& asked) {
    const auto within = co_await namespace_to_change(asked, "remove_metadef_property");
    const auto found = co_await find_property_named(asked, within, name_in_path(asked));
    check_unprotected(within, "property", found.name);
    co_await asked.with.definitions.remove_one(metadef_kind::property, within.id, found.name);
    co_return nothing_left();
}

}  // namespace glimt
