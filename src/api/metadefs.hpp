// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/routes.hpp"

namespace glimt {

// /v2/metadefs (contract 1.27): a file of handlers for each resource.

task<response> get_metadef_namespaces(call& asked);
task<response> post_metadef_namespace(call& asked);
task<response> get_metadef_namespace(call& asked);
task<response> put_metadef_namespace(call& asked);
task<response> delete_metadef_namespace(call& asked);

// Those below are of the namespace in the path.

task<response> get_metadef_objects(call& asked);
task<response> post_metadef_object(call& asked);
task<response> delete_metadef_objects(call& asked);
task<response> get_metadef_object(call& asked);
task<response> put_metadef_object(call& asked);
task<response> delete_metadef_object(call& asked);

task<response> get_metadef_properties(call& asked);
task<response> post_metadef_property(call& asked);
task<response> delete_metadef_properties(call& asked);
task<response> get_metadef_property(call& asked);
task<response> put_metadef_property(call& asked);
task<response> delete_metadef_property(call& asked);

task<response> get_metadef_tags(call& asked);
task<response> post_metadef_tags(call& asked);
task<response> delete_metadef_tags(call& asked);
task<response> get_metadef_tag(call& asked);
task<response> post_metadef_tag(call& asked);
task<response> put_metadef_tag(call& asked);
task<response> delete_metadef_tag(call& asked);

// Resource types belong to no namespace; what a namespace has are associations with them.
task<response> get_resource_types(call& asked);
task<response> get_metadef_resource_types(call& asked);
task<response> post_metadef_resource_type(call& asked);
task<response> delete_metadef_resource_type(call& asked);

}  // namespace glimt
