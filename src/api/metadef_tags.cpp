// SPDX-License-Identifier: Apache-2.0
#include "api/dispatch.hpp"
#include "api/metadef_answer.hpp"
#include "api/metadef_parameters.hpp"
#include "api/metadefs.hpp"
#include "core/problem.hpp"
#include "image/metadef_input.hpp"
#include "image/metadef_json.hpp"
#include "image/request_json.hpp"
#include "proto/message.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace glimt {
namespace {

constexpr std::string_view kind = "metadata tag";

task<metadef_tag> find_tag_of(const call& asked, const metadef_namespace& within) {
    std::string name(asked.parameter("tag_name"));
    auto found = co_await asked.with.definitions.tag(within.id, name);
    if (!found) refuse_unknown(kind, name);
    co_return std::move(*found);
}

response tag_answer(const metadef_tag& shown) {
    response answer = json_answer();
    append_tag(answer.text, shown);
    return answer;
}

// As oslo's bool_from_string reads the header.
bool appends(const request_head& head) {
    constexpr std::array<std::string_view, 6> yes = {"1", "t", "true", "on", "y", "yes"};
    const header* const said = head.find("x-openstack-append");
    if (!said) return false;
    std::string_view text = said->value;
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return std::ranges::any_of(
        yes, [&](std::string_view each) { return equal_ignoring_case(each, text); });
}

// Of tags that were refused, the first that another one, or one that is kept beside them, has the
// name of. The last when the database takes more names for the same than we do.
task<std::string> find_taken(const call& asked, std::int64_t within,
                             const std::vector<metadef_tag>& made, bool replace) {
    std::set<std::string> names;
    const auto kept = co_await asked.with.definitions.tags(within);
    if (!replace)
        for (const metadef_tag& each : kept) names.insert(each.name);
    for (const metadef_tag& each : made)
        if (!names.insert(each.name).second) co_return each.name;
    co_return made.back().name;
}

}  // namespace

task<response> get_metadef_tags(call& asked) {
    const tag_query query = read_tag_query(parameters_of(asked.head));
    const auto within = co_await namespace_for(asked, "get_metadef_tags");
    const auto all = co_await asked.with.definitions.tags(within.id);
    const auto page = page_of(all, query);
    if (!page) refuse_unknown(kind, *query.marker);
    response answer = json_answer();
    append_tags(answer.text, *page);
    co_return answer;
}

// Without any tag nothing is replaced either.
task<response> post_metadef_tags(call& asked) {
    auto made = read_tags(parse_request_json(co_await collect_document(asked)));
    const auto within = co_await namespace_to_change(asked, "add_metadef_tags");
    for (metadef_tag& each : made) check_storable(each, "create metadata tags");
    for (metadef_tag& each : made) stamp(each, time_of_change(asked));
    response answer = json_answer();
    answer.status = 201;
    append_tags(answer.text, made);
    if (made.empty()) co_return answer;
    const bool replace = !appends(asked.head);
    const auto done = co_await asked.with.definitions.insert_tags(within.id, made, replace);
    if (done == insert_outcome::inserted) co_return answer;
    const std::string taken = co_await find_taken(asked, within.id, made, replace);
    refuse_taken_tag(taken, within.name);
}

task<response> delete_metadef_tags(call& asked) {
    return remove_all_of(asked, metadef_kind::tag, action("delete_metadef_tags"));
}

task<response> get_metadef_tag(call& asked) {
    const auto within = co_await namespace_for(asked, "get_metadef_tag");
    co_return tag_answer(co_await find_tag_of(asked, within));
}

task<response> post_metadef_tag(call& asked) {
    auto made = tag_named(asked.parameter("tag_name"));
    const auto within = co_await namespace_to_change(asked, "add_metadef_tag");
    check_storable(made, "create metadata tag");
    stamp(made, time_of_change(asked));
    std::vector<metadef_tag> one = {made};
    const auto done = co_await asked.with.definitions.insert_tags(within.id, std::move(one), false);
    if (done == insert_outcome::duplicate) refuse_taken_tag(made.name, within.name);
    response answer = tag_answer(made);
    answer.status = 201;
    co_return answer;
}

task<response> put_metadef_tag(call& asked) {
    auto after = read_tag(parse_request_json(co_await collect_document(asked)));
    const auto within = co_await namespace_to_change(asked, "modify_metadef_tag");
    const auto before = co_await find_tag_of(asked, within);
    check_storable(after, "update metadata tag");
    after.created_at = before.created_at;
    after.updated_at = time_of_change(asked);
    const auto done = co_await asked.with.definitions.update_tag(within.id, before.name, after);
    if (done == save_outcome::gone) refuse_unknown(kind, before.name);
    if (done == save_outcome::conflict) refuse_taken_tag(after.name, within.name);
    co_return tag_answer(after);
}

task<response> delete_metadef_tag(call& asked) {
    const auto within = co_await namespace_to_change(asked, "delete_metadef_tag");
    const auto found = co_await find_tag_of(asked, within);
    check_unprotected(within, "tag", found.name);
    co_await asked.with.definitions.remove_one(metadef_kind::tag, within.id, found.name);
    co_return nothing_left();
}

}  // namespace glimt
