// SPDX-License-Identifier: Apache-2.0
#include "api/dispatch.hpp"
#include "api/escape.hpp"
#include "api/metadef_answer.hpp"
#include "api/metadef_parameters.hpp"
#include "api/metadefs.hpp"
#include "api/request_url.hpp"
#include "auth/metadef_policy.hpp"
#include "core/problem.hpp"
#include "image/metadef_input.hpp"
#include "image/metadef_json.hpp"
#include "image/request_json.hpp"

#include <fmt/format.h>

#include <set>

namespace glimt {
namespace {

// --- lists ---------------------------------------------------------------------------------------

task<> enforce_list(const call& asked) {
    const metadef_policy policy(asked.rules, asked.caller);
    co_await policy.enforce("get_metadef_namespaces");
    co_await policy.enforce("list_metadef_resource_types");
}

task<> keep_visible(std::vector<listed_namespace>& among, const call& asked) {
    std::vector<listed_namespace> visible;
    for (listed_namespace& each : among) {
        const metadef_policy policy(asked.rules, asked.caller, each.value);
        if (co_await policy.allows("get_metadef_namespace")) visible.push_back(std::move(each));
    }
    among = std::move(visible);
}

page_links links_of(const query_parameters& parameters, const std::vector<listed_namespace>& shown,
                    bool is_full) {
    std::string query = query_without_marker(parameters);
    const std::string root = "/v2/metadefs/namespaces";
    page_links links{.first = query.empty() ? root : root + "?" + query, .next = {}};
    if (!is_full || shown.empty()) return links;
    append_parameter(query, "marker", shown.back().value.name);
    links.next = root + "?" + query;
    return links;
}

// --- making one ----------------------------------------------------------------------------------

task<> enforce_create(const call& asked, const metadef_contents& contents) {
    const metadef_policy policy(asked.rules, asked.caller);
    co_await policy.enforce("add_metadef_namespace");
    if (!contents.associations.empty())
        co_await policy.enforce("add_metadef_resource_type_association");
    if (!contents.objects.empty()) co_await policy.enforce("add_metadef_object");
    if (!contents.properties.empty()) co_await policy.enforce("add_metadef_property");
    if (!contents.tags.empty()) co_await policy.enforce("add_metadef_tag");
}

void stamp(namespace_draft& made, timestamp now) {
    stamp(made.value, now);
    for (metadef_association& each : made.contents.associations) stamp(each, now);
    for (metadef_object& each : made.contents.objects) stamp(each, now);
    for (metadef_property& each : made.contents.properties) stamp(each, now);
    for (metadef_tag& each : made.contents.tags) stamp(each, now);
}

// The first that has the name of another; nullptr when all differ.
template <class Made>
const std::string* find_repeated(const std::vector<Made>& among, std::string Made::* name) {
    std::set<std::string_view> seen;
    for (const Made& each : among)
        if (!seen.insert(each.*name).second) return &(each.*name);
    return nullptr;
}

// In a new namespace only what the body has twice can be there already.
[[noreturn]] void refuse_taken(const namespace_draft& draft) {
    const std::string& within = draft.value.name;
    const metadef_contents& contents = draft.contents;
    if (const auto* name =
            find_repeated(contents.associations, &metadef_association::resource_type))
        refuse_taken_association(*name, within);
    if (const auto* name = find_repeated(contents.objects, &metadef_object::name))
        refuse_taken_object(*name, within);
    if (const auto* name = find_repeated(contents.tags, &metadef_tag::name))
        refuse_taken_tag(*name, within);
    throw problem(reason::conflict,
                  fmt::format("The metadata definition namespace={} already exists.", within));
}

std::string location_of(const call& asked, std::string_view name) {
    std::string location = request_origin(asked.head, asked.with.options);
    append_path_escaped(location, "/v2/metadefs/namespaces/");
    append_path_escaped(location, name);
    return location;
}

[[noreturn]] void refuse_unshown(std::string_view name) {
    throw problem(reason::not_found,
                  fmt::format("Metadata definition namespace={} was not found.", name));
}

}  // namespace

task<response> get_metadef_namespaces(call& asked) {
    const settings& options = asked.with.options;
    const query_parameters parameters = parameters_of(asked.head);
    namespace_query query = read_namespace_query(
        parameters, {.unsaid = options.limit_param_default, .most = options.api_limit_max});
    co_await enforce_list(asked);
    query.viewer = viewer_of(asked.caller);
    const std::string marker = query.marker.value_or("");
    const std::size_t limit = query.limit;
    auto page = co_await asked.with.definitions.list(std::move(query));
    if (!page) refuse_unshown(marker);
    const bool is_full = page->size() == limit;
    co_await keep_visible(*page, asked);
    response answer = json_answer();
    append_namespaces(answer.text, *page, links_of(parameters, *page, is_full));
    co_return answer;
}

task<response> post_metadef_namespace(call& asked) {
    auto draft = read_namespace(parse_request_json(co_await collect_document(asked)));
    refuse_read_only(asked.caller);
    co_await enforce_create(asked, draft.contents);
    if (!draft.has_owner) draft.value.owner = asked.caller.project_id.value_or("");
    check_storable(draft.value, "create metadata namespace");
    check_storable(draft.contents, "create metadata namespace");
    stamp(draft, time_of_change(asked));
    const auto made = co_await asked.with.definitions.insert(draft.value, draft.contents);
    if (made == insert_outcome::duplicate) refuse_taken(draft);
    response answer = json_answer();
    answer.status = 201;
    answer.headers.push_back({"Location", location_of(asked, draft.value.name)});
    append_namespace(answer.text, draft.value, draft.contents, draft.named);
    co_return answer;
}

task<response> get_metadef_namespace(call& asked) {
    const auto resource_type = read_resource_type(parameters_of(asked.head));
    std::string name(asked.parameter("namespace"));
    const auto found = co_await asked.with.definitions.find(name, viewer_of(asked.caller));
    if (!found) refuse_unshown(name);
    const metadef_policy policy(asked.rules, asked.caller, *found);
    co_await policy.enforce("get_metadef_namespace");
    co_await policy.enforce("list_metadef_resource_types");
    co_await policy.enforce("get_metadef_objects");
    co_await policy.enforce("get_metadef_properties");
    co_await policy.enforce("get_metadef_tags");
    auto contents = co_await asked.with.definitions.contents(found->id);
    if (resource_type) {
        const std::string prefix(prefix_for(contents, *resource_type));
        if (!prefix.empty()) add_prefix(contents, prefix);
    }
    response answer = json_answer();
    append_namespace(answer.text, *found, contents, view_of(contents));
    co_return answer;
}

// What is in it stays.
task<response> put_metadef_namespace(call& asked) {
    auto draft = read_namespace(parse_request_json(co_await collect_document(asked)));
    const auto before = co_await namespace_to_change(asked, "modify_metadef_namespace");
    metadef_namespace& after = draft.value;
    after.id = before.id;
    if (after.owner.empty()) after.owner = asked.caller.project_id.value_or("");
    after.created_at = before.created_at;
    after.updated_at = time_of_change(asked);
    check_storable(after, "update metadata namespace");
    const auto done = co_await asked.with.definitions.update(after);
    if (done == save_outcome::gone) refuse_unknown_namespace(before.name);
    if (done == save_outcome::conflict) {
        throw problem(reason::conflict,
                      fmt::format("Invalid update. It would result in a duplicate metadata "
                                  "definition namespace with the same name of {}",
                                  after.name));
    }
    response answer = json_answer();
    append_namespace(answer.text, after, {}, {});
    co_return answer;
}

task<response> delete_metadef_namespace(call& asked) {
    const auto found = co_await namespace_to_change(asked, "delete_metadef_namespace");
    check_unprotected(found, "namespace", found.name);
    const bool removed = co_await asked.with.definitions.remove(found.id);
    if (!removed) refuse_unknown_namespace(found.name);
    co_return nothing_left();
}

}  // namespace glimt
