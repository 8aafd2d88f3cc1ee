// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/list_parameters.hpp"
#include "catalog/namespace_scripts.hpp"
#include "image/metadef.hpp"

#include <optional>
#include <string>
#include <vector>

namespace glimt {

// What may be asked of lists of metadata definitions (contract 1.27), with Glance's texts. All
// throw problem(reason::invalid), also for a limit that is no number, an unknown sort_key and other
// parameters of one thing, on which Glance fails with 500 (1.29). Of a parameter that comes twice,
// paging and sorting take the first, filters the last. Filters that Glance does not know are
// skipped.

// A page of namespaces, but for whom.
namespace_query read_namespace_query(const query_parameters& asked, const page_sizes& sizes);

// A page of the tags of a namespace.
struct tag_query {
    enum class order : std::uint8_t { created_at, updated_at, name };

    order by = order::created_at;
    bool descending = true;
    std::optional<std::string> marker;
    std::optional<std::size_t> limit;  // all unless it is said
};
tag_query read_tag_query(const query_parameters& asked);

// That page of all tags, the newest first. Nothing when the marker is none of them.
std::optional<std::vector<metadef_tag>> page_of(const std::vector<metadef_tag>& all,
                                                const tag_query& query);

// Lists of objects have no pages: Glance checks what it then does not look at.
void check_object_list(const query_parameters& asked);

// ?resource_type= of a namespace or a property; nothing when it is not said or empty.
std::optional<std::string> read_resource_type(const query_parameters& asked);

}  // namespace glimt
