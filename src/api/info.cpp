// SPDX-License-Identifier: Apache-2.0
#include "api/info.hpp"

#include "api/dispatch.hpp"
#include "api/project_quota.hpp"
#include "auth/permissions.hpp"
#include "core/problem.hpp"
#include "image/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace glimt {
namespace {

namespace json = boost::json;

response json_answer(const json::object& shown) {
    response answer;
    answer.headers.push_back({"Content-Type", "application/json"});
    append_json(answer.text, shown, json_letters::ascii);
    return answer;
}

std::span<const configured_store> named_stores(const call& asked) {
    if (!asked.with.places.have_names())
        throw problem(reason::not_found, "Multi backend is not supported at this site.");
    return asked.with.places.all();
}

// Glance's flags are texts.
json::object shown_store(const configured_store& of) {
    json::object shown = {{"id", of.id()}};
    const auto& options = of.plan.options;
    if (!options.store_description.empty()) shown["description"] = options.store_description;
    if (options.is_default) shown["default"] = "true";
    if (!of.driver.takes_new_blobs) shown["read-only"] = "true";
    return shown;
}

}  // namespace

task<response> get_import_methods(call&) {
    const json::object methods = {
        {"description", "Import methods available."}, {"type", "array"}, {"value", json::array()}};
    co_return json_answer({{"import-methods", methods}});
}

task<response> get_stores(call& asked) {
    json::array shown;
    for (const auto& each : named_stores(asked)) shown.push_back(shown_store(each));
    co_return json_answer({{"stores", std::move(shown)}});
}

task<response> get_stores_detail(call& asked) {
    const auto named = named_stores(asked);
    co_await asked.rules.enforce("stores_info_detail", attribute_target({}), asked.caller);
    json::array shown;
    for (const auto& each : named) {
        json::object store = shown_store(each);
        store["type"] = each.plan.options.driver;
        if (each.plan.options.weight != 0) store["weight"] = each.plan.options.weight;
        store["properties"] = each.place->properties();
        shown.push_back(std::move(store));
    }
    co_return json_answer({{"stores", std::move(shown)}});
}

task<response> get_usage(call& asked) {
    json::object shown;
    for (const auto& [resource, used, limit] : co_await usage_of_project(asked))
        shown[resource] = {{"usage", used}, {"limit", limit.value_or(-1)}};
    co_return json_answer({{"usage", std::move(shown)}});
}

}  // namespace glimt
