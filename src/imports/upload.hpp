// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/catalog.hpp"
#include "config/settings.hpp"
#include "core/clock.hpp"
#include "core/fleet.hpp"
#include "core/log.hpp"
#include "digest/digest_engine.hpp"
#include "image/inspection.hpp"
#include "imports/upload_recovery.hpp"
#include "store/stores.hpp"

#include <optional>
#include <string>

namespace glimt {

// What uploads work with. One per shard; all of it outlives them.
struct upload_services {
    ring_context& loop;
    buffer_pool& buffers;
    digest_engine& hashing;
    catalog& images;
    const stores& places;
    upload_recovery& recovery;
    const settings& options;
    const clock& time;
    log& out;
};

// What is to be done.
struct upload_order {
    image queued;  // as it was found; the caller may change it
    const configured_store& where;
    source& body;
    std::optional<std::uint64_t> bytes;       // as announced; nothing: unknown
    std::optional<std::uint64_t> quota_left;  // of its owner; nothing: no quota
};

// PUT /v2/images/{id}/file (contract 1.14): the image becomes `saving`, its data goes to the store,
// hashed and inspected on the way, and once it is safe there the image becomes `active` and is
// returned. Throws problem with Glance's texts, what the body throws, and operation_aborted.
//
// Whatever it throws, and whenever it is cancelled: no byte stays, and the image is queued again,
// or will be when the database is back. What was returned survives everything.
task<image> upload(const upload_services& with, upload_order order);

}  // namespace glimt
