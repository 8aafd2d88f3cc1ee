// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/routes.hpp"

namespace glimt {

// /v2/info (contract 1.25): what this server can do, and how much of it a project has used.

// No way to import data is here yet, whatever enabled_import_methods names.
task<response> get_import_methods(call& asked);

// The stores enabled_backends names; throws problem(reason::not_found) without it.
task<response> get_stores(call& asked);

// Not found with enabled_backends either: what there is to tell of a store comes with the stores.
task<response> get_stores_detail(call& asked);

// Empty: there are no limits in Keystone that we know of.
task<response> get_usage(call& asked);

}  // namespace glimt
