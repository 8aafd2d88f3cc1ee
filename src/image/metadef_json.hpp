// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image_json.hpp"
#include "image/metadef.hpp"

#include <span>
#include <string>
#include <string_view>

// Metadata definitions as Glance shows them (contract 1.27): each function appends JSON to `to`,
// member by member in Glance's order. What has no value is left out.
namespace glimt {

// What of a namespace's contents is shown, and how.
struct namespace_view {
    bool associations = false, properties = false, objects = false, tags = false;
    // As they are kept, with their times and references; an answer to who makes a namespace shows
    // them as they were asked for.
    bool kept = true;
};

// All there is.
namespace_view view_of(const metadef_contents& contents);

void append_namespace(std::string& to, const metadef_namespace& shown,
                      const metadef_contents& contents, const namespace_view& view);
void append_namespaces(std::string& to, std::span<const listed_namespace> shown,
                       const page_links& links);

// `within` is the name of the namespace.
void append_object(std::string& to, const metadef_object& shown, std::string_view within);
void append_objects(std::string& to, std::span<const metadef_object> shown,
                    std::string_view within);

void append_property(std::string& to, const metadef_property& shown);
void append_properties(std::string& to, std::span<const metadef_property> shown);

// A list of tags has only their names.
void append_tag(std::string& to, const metadef_tag& shown);
void append_tags(std::string& to, std::span<const metadef_tag> shown);

void append_association(std::string& to, const metadef_association& shown);
void append_associations(std::string& to, std::span<const metadef_association> shown);
void append_resource_types(std::string& to, std::span<const metadef_resource_type> shown);

}  // namespace glimt
