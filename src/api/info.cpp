// SPDX-License-Identifier: Apache-2.0
#include "api/info.hpp"

#include "api/dispatch.hpp"
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

// Glance's own stores, of staged data and of tasks, are not for clients.
bool is_reserved(std::string_view store) { return store.starts_with("os_glance_"); }

const dictionary& configured_stores(const call& asked) {
    const dictionary& stores = asked.with.options.enabled_backends;
    if (stores.empty()) {
        throw problem(reason::not_found, "Multi backend is not supported at this site.");
    }
    return stores;
}

}  // namespace

task<response> get_import_methods(call&) {
    const json::object methods = {
        {"description", "Import methods available."}, {"type", "array"}, {"value", json::array()}};
    co_return json_answer({{"import-methods", methods}});
}

task<response> get_stores(call& asked) {
    json::array shown;
    for (const auto& [name, driver] : configured_stores(asked)) {
        if (is_reserved(name)) continue;
        json::object store = {{"id", name}};
        if (driver == "http") store["read-only"] = "true";
        shown.push_back(std::move(store));
    }
    co_return json_answer({{"stores", std::move(shown)}});
}

task<response> get_stores_detail(call& asked) {
    configured_stores(asked);
    asked.with.rules.enforce("stores_info_detail", attribute_target({}), asked.caller);
    throw problem(reason::not_found);
    co_return response();
}

task<response> get_usage(call&) { co_return json_answer({{"usage", json::object()}}); }

}  // namespace glimt
