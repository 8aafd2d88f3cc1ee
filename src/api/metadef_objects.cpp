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

namespace glimt {
namespace {

constexpr std::string_view kind = "metadata object";

task<metadef_object> find_object_of(const call& asked, const metadef_namespace& within) {
    std::string name(asked.parameter("object_name"));
    auto found = co_await asked.with.definitions.object(within.id, name);
    if (!found) refuse_unknown(kind, name);
    co_return std::move(*found);
}

response object_answer(const metadef_object& shown, const metadef_namespace& within) {
    response answer = json_answer();
    append_object(answer.text, shown, within.name);
    return answer;
}

}  // namespace

task<response> get_metadef_objects(call& asked) {
    check_object_list(parameters_of(asked.head));
    const auto within = co_await namespace_for(asked, "get_metadef_objects");
    auto all = co_await asked.with.definitions.objects(within.id);
    // Objects are not asked about one by one: the rule sees of them only the namespace.
    if (!co_await metadef_policy(asked.rules, asked.caller, within).allows("get_metadef_object"))
        all.clear();
    response answer = json_answer();
    append_objects(answer.text, all, within.name);
    co_return answer;
}

task<response> post_metadef_object(call& asked) {
    auto made = read_object(parse_request_json(co_await collect_document(asked)));
    const auto within = co_await namespace_to_change(asked, "add_metadef_object");
    check_storable(made, "create metadata object");
    stamp(made, time_of_change(asked));
    const auto done = co_await asked.with.definitions.insert_object(within.id, made);
    if (done == insert_outcome::duplicate) refuse_taken_object(made.name, within.name);
    response answer = object_answer(made, within);
    answer.status = 201;
    co_return answer;
}

task<response> delete_metadef_objects(call& asked) {
    return remove_all_of(asked, metadef_kind::object);
}

task<response> get_metadef_object(call& asked) {
    const auto within = co_await namespace_for(asked, "get_metadef_object");
    co_return object_answer(co_await find_object_of(asked, within), within);
}

task<response> put_metadef_object(call& asked) {
    auto after = read_object(parse_request_json(co_await collect_document(asked)));
    const auto within = co_await namespace_to_change(asked, "modify_metadef_object");
    const auto before = co_await find_object_of(asked, within);
    check_storable(after, "update metadata object");
    after.created_at = before.created_at;
    after.updated_at = time_of_change(asked);
    const auto done = co_await asked.with.definitions.update_object(within.id, before.name, after);
    if (done == save_outcome::gone) refuse_unknown(kind, before.name);
    if (done == save_outcome::conflict) refuse_taken_name("object", before.name, within.name);
    co_return object_answer(after, within);
}

task<response> delete_metadef_object(call& asked) {
    const auto within = co_await namespace_to_change(asked, "delete_metadef_object");
    const auto found = co_await find_object_of(asked, within);
    check_unprotected(within, "object", found.name);
    co_await asked.with.definitions.remove_one(metadef_kind::object, within.id, found.name);
    co_return nothing_left();
}

}  // namespace glimt
