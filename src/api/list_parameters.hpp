// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/image_query.hpp"
#include "proto/query.hpp"

#include <cstddef>
#include <string>

namespace glimt {

// How many images a page has: unless the client says, and at most.
struct page_sizes {
    std::size_t unsaid = 25;
    std::size_t most = 1000;
};

// What a list of images is asked for (contract 1.8), but for whom. Throws problem(reason::invalid)
// with Glance's texts.
//
// Of a parameter that comes twice, paging and sorting take the first and take the others for
// filters, as Glance does; of two filters of one name the last counts. Only `tag`, `sort_key` and
// `sort_dir` may be repeated.
image_query read_image_query(const query_parameters& asked, const page_sizes& sizes);

// The query of the links to other pages: what was asked for, without the marker, in the encoding of
// Python's urlencode. Where Glance keeps the last of parameters that are repeated, and so loses a
// tag on the second page, all are kept.
std::string query_without_marker(const query_parameters& asked);

}  // namespace glimt
