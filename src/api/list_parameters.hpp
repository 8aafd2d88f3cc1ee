// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/image_query.hpp"
#include "proto/message.hpp"
#include "proto/query.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace glimt {

// The parameters of a request. Throws problem(reason::invalid) for bytes that are no text.
query_parameters parameters_of(const request_head& head);

// How many things a page has: unless the client says, and at most.
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

// Puts one more parameter behind others, in that encoding.
void append_parameter(std::string& to, std::string_view name, std::string_view value);

}  // namespace glimt
