// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/cross_origin.hpp"
#include "api/request_id.hpp"
#include "api/routes.hpp"
#include "api/versions.hpp"
#include "auth/identity_source.hpp"
#include "auth/policy.hpp"
#include "auth/property_protections.hpp"
#include "auth/remote_checks.hpp"
#include "catalog/catalog.hpp"
#include "catalog/metadef_catalog.hpp"
#include "config/settings.hpp"
#include "core/log.hpp"
#include "image/image_schema.hpp"
#include "imports/upload.hpp"
#include "keystone/project_limits.hpp"
#include "store/stores.hpp"

namespace glimt {

// What handlers work with. One per shard; everything in it outlives the shard's sessions.
struct services {
    ring_context& loop;
    const settings& options;
    log& journal;
    const clock& time;
    catalog& images;
    metadef_catalog& definitions;
    const policy& rules;
    remote_checks& others;
    const property_protections& protections;
    identity_source& identities;
    const paste_pipeline& filters;
    const image_schema& schema;
    const stores& places;
    const upload_services& uploads;
    project_limits* limits = nullptr;  // of Keystone; null: there are none
};

// Glance's API as a function from requests to answers: the health check, the list of versions, and
// the routes below /v2, which are for callers who have said who they are. One object per shard.
//
// The one place where a request's errors end. A problem becomes its status, with the body Accept
// asks for; anything else that is thrown becomes a 500 that says nothing, and a line in the log. An
// abort, and the end of a body before its time, pass through to the session.
//
// An answer to HEAD may have a text (there are answers to HEAD / and HEAD /versions): its length is
// what the session announces, and it sends no byte of it.
class api final : public responder {
public:
    // `routes` outlive the object; tests bring their own.
    explicit api(services with, std::span<const route> routes = api_routes());

    task<response> answer(request& asked) override;

private:
    task<response> answer_below_version(request& asked, std::string_view path);
    task<response> answer_caller(request& asked, std::string_view path,
                                 const request_context& caller);
    task<response> run_route(request& asked, std::string_view path, std::string_view id,
                             const request_context& caller);
    response list_versions(const request_head& head, unsigned status) const;

    services with_;
    std::span<const route> routes_;
    versions versions_;
    cross_origin_filter origins_;
    request_ids ids_;
};

}  // namespace glimt
