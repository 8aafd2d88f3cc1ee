// SPDX-License-Identifier: Apache-2.0
#include "api/dispatch.hpp"
#include "api/metadef_answer.hpp"
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

[[noreturn]] void refuse_unassociated(std::string_view type) {
    throw problem(reason::not_found,
                  fmt::format("Failed to find resource type {} to delete", type));
}

}  // namespace

task<response> get_resource_types(call& asked) {
    co_await metadef_policy(asked.rules, asked.caller).enforce("list_metadef_resource_types");
    const auto all = co_await asked.with.definitions.resource_types();
    response answer = json_answer();
    append_resource_types(answer.text, all);
    co_return answer;
}

task<response> get_metadef_resource_types(call& asked) {
    const auto within = co_await namespace_for(asked, "list_metadef_resource_types");
    auto all = co_await asked.with.definitions.associations(within.id);
    // They are not asked about one by one: the rule sees of them only the namespace.
    if (!co_await metadef_policy(asked.rules, asked.caller, within)
             .allows("get_metadef_resource_type"))
        all.clear();
    response answer = json_answer();
    append_associations(answer.text, all);
    co_return answer;
}

task<response> post_metadef_resource_type(call& asked) {
    auto made = read_association(parse_request_json(co_await collect_document(asked)));
    const auto within =
        co_await namespace_to_change(asked, "add_metadef_resource_type_association");
    check_storable(made, "create metadata resource type association");
    stamp(made, time_of_change(asked));
    const auto done = co_await asked.with.definitions.associate(within.id, made);
    if (done == insert_outcome::duplicate)
        refuse_taken_association(made.resource_type, within.name);
    response answer = json_answer();
    answer.status = 201;
    append_association(answer.text, made);
    co_return answer;
}

// The type itself stays.
task<response> delete_metadef_resource_type(call& asked) {
    const auto within =
        co_await namespace_to_change(asked, "remove_metadef_resource_type_association");
    std::string type(asked.parameter("resource_type"));
    const auto all = co_await asked.with.definitions.associations(within.id);
    if (std::ranges::find(all, type, &metadef_association::resource_type) == all.end())
        refuse_unassociated(type);
    check_unprotected(within, "resource-type-association", type);
    co_await asked.with.definitions.remove_association(within.id, type);
    co_return nothing_left();
}

}  // namespace glimt
