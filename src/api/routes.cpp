// SPDX-License-Identifier: Apache-2.0
#include "api/routes.hpp"

#include "api/actions.hpp"
#include "api/images.hpp"
#include "api/info.hpp"
#include "api/members.hpp"
#include "api/metadefs.hpp"
#include "api/schemas.hpp"
#include "api/tags.hpp"
#include "image/metadef_schema.hpp"
#include "image/schemas.hpp"

#include <algorithm>
#include <cassert>

namespace glimt {
namespace {

// --- the tables ----------------------------------------------------------------------------------

// A new route is one handler and one line here: {"GET", "/v2/images", list_images}.
constexpr route routes[] = {
    {"GET", "/v2/images", show_images},
    {"POST", "/v2/images", create_image},
    {"GET", "/v2/images/{image_id}", show_image, body_rule::refused},
    {"PATCH", "/v2/images/{image_id}", change_image},
    {"DELETE", "/v2/images/{image_id}", delete_image, body_rule::refused},
    {"GET", "/v2/schemas/image", get_image_schema, body_rule::refused},
    {"GET", "/v2/schemas/images", get_images_schema, body_rule::refused},
    {"GET", "/v2/schemas/member", get_schema<member_schema>, body_rule::refused},
    {"GET", "/v2/schemas/members", get_schema<members_schema>, body_rule::refused},
    {"GET", "/v2/schemas/task", get_schema<task_schema>, body_rule::refused},
    {"GET", "/v2/schemas/tasks", get_schema<tasks_schema>, body_rule::refused},
    {"GET", "/v2/schemas/metadefs/namespace", get_schema<metadef_namespace_schema>,
     body_rule::refused},
    {"GET", "/v2/schemas/metadefs/namespaces", get_schema<metadef_namespaces_schema>,
     body_rule::refused},
    {"GET", "/v2/schemas/metadefs/resource_type", get_schema<metadef_resource_type_schema>,
     body_rule::refused},
    {"GET", "/v2/schemas/metadefs/resource_types", get_schema<metadef_resource_types_schema>,
     body_rule::refused},
    {"GET", "/v2/schemas/metadefs/property", get_schema<metadef_property_schema>,
     body_rule::refused},
    {"GET", "/v2/schemas/metadefs/properties", get_schema<metadef_properties_schema>,
     body_rule::refused},
    {"GET", "/v2/schemas/metadefs/object", get_schema<metadef_object_schema>, body_rule::refused},
    {"GET", "/v2/schemas/metadefs/objects", get_schema<metadef_objects_schema>, body_rule::refused},
    {"GET", "/v2/schemas/metadefs/tag", get_schema<metadef_tag_schema>, body_rule::refused},
    {"GET", "/v2/schemas/metadefs/tags", get_schema<metadef_tags_schema>, body_rule::refused},
    {"GET", "/v2/info/import", get_import_methods, body_rule::refused},
    {"GET", "/v2/info/stores", get_stores, body_rule::refused},
    {"GET", "/v2/info/stores/detail", get_stores_detail, body_rule::refused},
    {"GET", "/v2/info/usage", get_usage, body_rule::refused},
    {"GET", "/v2/images/{image_id}/members", get_image_members, body_rule::refused},
    {"POST", "/v2/images/{image_id}/members", post_image_member},
    {"GET", "/v2/images/{image_id}/members/{member_id}", get_image_member, body_rule::refused},
    {"PUT", "/v2/images/{image_id}/members/{member_id}", put_image_member},
    {"DELETE", "/v2/images/{image_id}/members/{member_id}", delete_image_member,
     body_rule::refused},
    {"PUT", "/v2/images/{image_id}/tags/{tag_value}", put_tag, body_rule::refused},
    {"DELETE", "/v2/images/{image_id}/tags/{tag_value}", delete_tag, body_rule::refused},
    {"POST", "/v2/images/{image_id}/actions/deactivate", deactivate_image, body_rule::refused},
    {"POST", "/v2/images/{image_id}/actions/reactivate", reactivate_image, body_rule::refused},
    {"GET", "/v2/metadefs/resource_types", get_resource_types, body_rule::refused},
    {"GET", "/v2/metadefs/namespaces", get_metadef_namespaces},
    {"POST", "/v2/metadefs/namespaces", post_metadef_namespace},
    {"GET", "/v2/metadefs/namespaces/{namespace}", get_metadef_namespace, body_rule::refused},
    {"PUT", "/v2/metadefs/namespaces/{namespace}", put_metadef_namespace},
    {"DELETE", "/v2/metadefs/namespaces/{namespace}", delete_metadef_namespace, body_rule::refused},
    {"GET", "/v2/metadefs/namespaces/{namespace}/resource_types", get_metadef_resource_types,
     body_rule::refused},
    {"POST", "/v2/metadefs/namespaces/{namespace}/resource_types", post_metadef_resource_type},
    {"DELETE", "/v2/metadefs/namespaces/{namespace}/resource_types/{resource_type}",
     delete_metadef_resource_type, body_rule::refused},
    {"GET", "/v2/metadefs/namespaces/{namespace}/properties", get_metadef_properties,
     body_rule::refused},
    {"POST", "/v2/metadefs/namespaces/{namespace}/properties", post_metadef_property},
    {"DELETE", "/v2/metadefs/namespaces/{namespace}/properties", delete_metadef_properties,
     body_rule::refused},
    {"GET", "/v2/metadefs/namespaces/{namespace}/properties/{property_name}", get_metadef_property},
    {"PUT", "/v2/metadefs/namespaces/{namespace}/properties/{property_name}", put_metadef_property},
    {"DELETE", "/v2/metadefs/namespaces/{namespace}/properties/{property_name}",
     delete_metadef_property, body_rule::refused},
    {"GET", "/v2/metadefs/namespaces/{namespace}/objects", get_metadef_objects},
    {"POST", "/v2/metadefs/namespaces/{namespace}/objects", post_metadef_object},
    {"DELETE", "/v2/metadefs/namespaces/{namespace}/objects", delete_metadef_objects,
     body_rule::refused},
    {"GET", "/v2/metadefs/namespaces/{namespace}/objects/{object_name}", get_metadef_object,
     body_rule::refused},
    {"PUT", "/v2/metadefs/namespaces/{namespace}/objects/{object_name}", put_metadef_object},
    {"DELETE", "/v2/metadefs/namespaces/{namespace}/objects/{object_name}", delete_metadef_object,
     body_rule::refused},
    {"GET", "/v2/metadefs/namespaces/{namespace}/tags", get_metadef_tags},
    {"POST", "/v2/metadefs/namespaces/{namespace}/tags", post_metadef_tags},
    {"DELETE", "/v2/metadefs/namespaces/{namespace}/tags", delete_metadef_tags, body_rule::refused},
    {"GET", "/v2/metadefs/namespaces/{namespace}/tags/{tag_name}", get_metadef_tag,
     body_rule::refused},
    {"POST", "/v2/metadefs/namespaces/{namespace}/tags/{tag_name}", post_metadef_tag,
     body_rule::refused},
    {"PUT", "/v2/metadefs/namespaces/{namespace}/tags/{tag_name}", put_metadef_tag},
    {"DELETE", "/v2/metadefs/namespaces/{namespace}/tags/{tag_name}", delete_metadef_tag,
     body_rule::refused},
};

// Contract 1.4, with the text of Allow as Glance's router has it. /v2/info/usage and
// /v2/images/{image_id}/tasks are not here because Glance answers 404 to other methods there.
// /v2/images/{image_id}/locations says POST alone in Glance although GET is there too.
constexpr resource resources[] = {
    {"/v2/images", "GET, POST"},
    {"/v2/images/{image_id}", "GET, PATCH, DELETE"},
    {"/v2/images/{image_id}/import", "POST"},
    {"/v2/images/{image_id}/actions/deactivate", "POST"},
    {"/v2/images/{image_id}/actions/reactivate", "POST"},
    {"/v2/images/{image_id}/file", "GET, PUT"},
    {"/v2/images/{image_id}/stage", "PUT"},
    {"/v2/images/{image_id}/locations", "GET, POST"},
    {"/v2/images/{image_id}/tags/{tag_value}", "PUT, DELETE"},
    {"/v2/images/{image_id}/members", "GET, POST"},
    {"/v2/images/{image_id}/members/{member_id}", "GET, PUT, DELETE"},
    {"/v2/stores/{store_id}/{image_id}", "DELETE"},
    {"/v2/tasks", "GET, POST"},
    {"/v2/tasks/{task_id}", "GET, DELETE"},
    {"/v2/info/import", "GET"},
    {"/v2/info/stores", "GET"},
    {"/v2/info/stores/detail", "GET"},
    {"/v2/cache", "GET, DELETE"},
    {"/v2/cache/clean", "POST"},
    {"/v2/cache/prune", "POST"},
    {"/v2/cache/{image_id}", "DELETE, PUT"},
    {"/v2/cache/nodes/{image_id}", "GET"},
    {"/v2/schemas/image", "GET"},
    {"/v2/schemas/images", "GET"},
    {"/v2/schemas/member", "GET"},
    {"/v2/schemas/members", "GET"},
    {"/v2/schemas/task", "GET"},
    {"/v2/schemas/tasks", "GET"},
    {"/v2/schemas/metadefs/namespace", "GET"},
    {"/v2/schemas/metadefs/namespaces", "GET"},
    {"/v2/schemas/metadefs/resource_type", "GET"},
    {"/v2/schemas/metadefs/resource_types", "GET"},
    {"/v2/schemas/metadefs/property", "GET"},
    {"/v2/schemas/metadefs/properties", "GET"},
    {"/v2/schemas/metadefs/object", "GET"},
    {"/v2/schemas/metadefs/objects", "GET"},
    {"/v2/schemas/metadefs/tag", "GET"},
    {"/v2/schemas/metadefs/tags", "GET"},
    {"/v2/metadefs/resource_types", "GET"},
    {"/v2/metadefs/namespaces", "GET, POST"},
    {"/v2/metadefs/namespaces/{namespace}", "GET, PUT, DELETE"},
    {"/v2/metadefs/namespaces/{namespace}/resource_types", "GET, POST"},
    {"/v2/metadefs/namespaces/{namespace}/resource_types/{resource_type}", "DELETE"},
    {"/v2/metadefs/namespaces/{namespace}/properties", "GET, POST, DELETE"},
    {"/v2/metadefs/namespaces/{namespace}/properties/{property_name}", "GET, PUT, DELETE"},
    {"/v2/metadefs/namespaces/{namespace}/objects", "GET, POST, DELETE"},
    {"/v2/metadefs/namespaces/{namespace}/objects/{object_name}", "GET, PUT, DELETE"},
    {"/v2/metadefs/namespaces/{namespace}/tags", "GET, POST, DELETE"},
    {"/v2/metadefs/namespaces/{namespace}/tags/{tag_name}", "GET, POST, PUT, DELETE"},
};

// --- what the compiler checks of them ------------------------------------------------------------

constexpr bool allows(std::string_view allow, std::string_view method) {
    while (!allow.empty()) {
        const std::string_view next = allow.substr(0, allow.find(", "));
        if (next == method) return true;
        allow.remove_prefix(std::min(next.size() + 2, allow.size()));
    }
    return false;
}

constexpr bool same(const route& a, const route& b) {
    return a.method == b.method && a.pattern.same_paths(b.pattern);
}

constexpr bool same(const resource& a, const resource& b) {
    return a.pattern.same_paths(b.pattern);
}

template <class Row>
constexpr bool distinct(std::span<const Row> rows) {
    for (; !rows.empty(); rows = rows.subspan(1)) {
        for (const Row& later : rows.subspan(1)) {
            if (same(rows.front(), later)) return false;
        }
    }
    return true;
}

constexpr bool allowed(std::span<const route> all) {
    for (const route& one : all) {
        for (const resource& of : resources) {
            if (one.pattern.same_paths(of.pattern) && !allows(of.allow, one.method)) return false;
        }
    }
    return true;
}

static_assert(distinct<route>(routes), "two routes answer the same request");
static_assert(distinct<resource>(resources), "a resource is listed twice");
static_assert(allowed(routes), "a route answers a method that its resource's Allow does not name");

// webob's list (glance/common/wsgi.py, Router).
constexpr std::string_view known_methods = "GET, HEAD, POST, PUT, DELETE, PATCH";

}  // namespace

std::string_view call::parameter(std::string_view name) const {
    const auto segments = pattern.segments();
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string_view segment = segments[i];
        if (path_pattern::is_parameter(segment) && segment.substr(1, segment.size() - 2) == name) {
            return path[i];
        }
    }
    assert(!"the pattern has that parameter");
    return {};
}

std::span<const route> api_routes() { return routes; }

const route* find_route(std::span<const route> among, std::string_view method,
                        const path_segments& path) {
    const auto found = std::find_if(among.begin(), among.end(), [&](const route& one) {
        return one.method == method && one.pattern.matches(path);
    });
    return found == among.end() ? nullptr : &*found;
}

problem no_route(std::string_view method, const path_segments* path) {
    for (const resource& one : resources) {
        if (!path || !one.pattern.matches(*path)) continue;
        if (allows(one.allow, method)) break;
        return problem(reason::bad_method).with_header("Allow", std::string(one.allow));
    }
    return problem(allows(known_methods, method) ? reason::not_found : reason::not_implemented);
}

}  // namespace glimt
