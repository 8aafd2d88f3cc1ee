// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/drivers.hpp"
#include "store/store.hpp"

#include <memory>
#include <string>

namespace glimt {

// Blobs on web servers of others, at URLs that users have named (contract 5.7). It only reads: it
// takes no new blobs, and removing one leaves it where it is.
//
// Unlike Glance's it asks no URL that the filter of [import_filtering_opts] refuses, be it the
// location itself or one that a redirect leads to, and it reads from the middle of a blob: by
// asking for the range, or by skipping where the server sends everything all the same.
std::unique_ptr<store> make_http_store(const store_environment& env, const store_plan& plan);

store_plan plan_http_store(const store_settings& options, const std::string& data_dir);

}  // namespace glimt
