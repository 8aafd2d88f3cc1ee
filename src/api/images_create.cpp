// SPDX-License-Identifier: Apache-2.0
#include "api/body.hpp"
#include "api/dispatch.hpp"
#include "api/image_answer.hpp"
#include "api/images.hpp"
#include "api/project_quota.hpp"
#include "api/request_url.hpp"
#include "auth/image_policy.hpp"
#include "core/problem.hpp"
#include "image/image_input.hpp"
#include "image/request_json.hpp"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <fmt/ranges.h>

namespace glimt {
namespace {

// Glance's order: what the schema refuses, then what the policy does, then the other rules.
task<image> made_of(image_draft draft, const call& asked, const property_access& access) {
    image& wanted = draft.asked_for;
    if (!draft.has_owner) wanted.owner = asked.caller.project_id;
    co_await enforce_create(asked.rules, asked.caller, wanted.owner, wanted.visibility);
    for (const image_property& each : wanted.properties)
        access.enforce(property_operation::create, each.name);
    image made = make_image(std::move(draft), limits_of(asked));
    if (made.id.empty()) made.id = to_string(boost::uuids::random_generator_pure()());
    made.created_at = made.updated_at = time_of_change(asked);
    co_return made;
}

// What clients need for the next step, which is to bring the data (contract 1.7).
void announce_imports(response& to, const settings& options) {
    if (!options.enabled_import_methods.empty())
        to.headers.push_back({"OpenStack-image-import-methods",
                              fmt::format("{}", fmt::join(options.enabled_import_methods, ","))});
    if (options.enabled_backends.empty()) return;
    std::string stores;
    for (const auto& [name, driver] : options.enabled_backends)
        stores.append(stores.empty() ? "" : ",").append(name);
    to.headers.push_back({"OpenStack-image-store-ids", std::move(stores)});
}

}  // namespace

task<response> create_image(call& asked) {
    const auto body = parse_request_json(co_await collect_document(asked));
    image_draft draft = read_image(body, asked.with.schema);
    refuse_read_only(asked.caller);
    const property_access access = co_await property_access_of(asked);
    const image made = co_await made_of(std::move(draft), asked, access);
    co_await enforce_one_more_image(asked);
    if (co_await asked.with.images.insert(made) == insert_outcome::duplicate)
        throw problem(reason::conflict, fmt::format("Image ID {} already exists!", made.id));
    response answer = image_answer(asked, made, access);
    answer.status = 201;
    answer.headers.push_back(
        {"Location", request_origin(asked.head, asked.with.options) + "/v2/images/" + made.id});
    announce_imports(answer, asked.with.options);
    co_return answer;
}

}  // namespace glimt
