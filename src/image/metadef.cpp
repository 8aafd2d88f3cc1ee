// SPDX-License-Identifier: Apache-2.0
#include "image/metadef.hpp"

#include <algorithm>

namespace glimt {
namespace {

std::string joined(std::string_view prefix, std::string_view name) {
    return std::string(prefix).append(name);
}

void add_prefix(metadef_object& to, std::string_view prefix) {
    for (std::string& name : *to.required) name.insert(0, prefix);
    boost::json::object renamed;
    for (const auto& [name, property] : *to.properties)
        renamed.emplace(joined(prefix, name), property);
    to.properties = std::move(renamed);
}

}  // namespace

std::string_view prefix_for(const metadef_contents& contents, std::string_view resource_type) {
    const auto found = std::ranges::find(contents.associations, resource_type,
                                         &metadef_association::resource_type);
    if (found == contents.associations.end() || !found->prefix) return {};
    return *found->prefix;
}

void add_prefix(metadef_contents& to, std::string_view prefix) {
    for (metadef_property& each : to.properties) each.name.insert(0, prefix);
    for (metadef_object& each : to.objects) add_prefix(each, prefix);
}

}  // namespace glimt
