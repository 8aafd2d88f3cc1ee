// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/log.hpp"
#include "store/store.hpp"

#include <memory>

namespace glimt {

struct store_counters;
struct store_plan;

// What every store has around it: an id that is no UUID never reaches a driver, blobs, bytes,
// failures and time are counted, and a failure becomes a line of the log that names the store. What
// is passed outlives it.
std::unique_ptr<store> make_checked_store(std::unique_ptr<store> driver, const store_plan& plan,
                                          store_counters& counts, log& out);

}  // namespace glimt
