// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/catalog.hpp"
#include "core/clock.hpp"
#include "core/event.hpp"
#include "core/log.hpp"
#include "core/nursery.hpp"
#include "store/stores.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace glimt {

// An upload that has ended badly.
struct failed_upload {
    std::string image_id;
    std::string name;      // as begin_upload() was told
    std::string url;       // where the data is, if it got so far
    bool of_dead = false;  // its data may be in any of the stores, under the image's name
};

// Puts back the images of uploads that ended badly: those of processes that have died, and those of
// this shard whose end the database or the store did not take. One per shard; loop only.
class upload_recovery {
public:
    // `name` tells this shard from the others of the process.
    upload_recovery(ring_context& home, std::string name, catalog& images, const stores& places,
                    const clock& time, log& out);

    // What the next upload is called (catalog::begin_upload).
    std::string next_upload();

    // The end of an upload that failed: the image is queued again, and nothing of its data stays;
    // when that cannot be done now it is done later.
    // Returns the image when it had become active after all, although we were told otherwise: what
    // a client may have seen is not taken back. Throws nothing.
    task<std::optional<image>> put_back(failed_upload of);

    // Of the whole database: images whose upload was under way in a process that is not there any
    // more. Those of processes that live are left alone (contract 4.7). Throws nothing.
    task<> recover_dead();

    // Until `family` drains: tries again what could not be put back, and, if `dead_too`, looks for
    // the dead now and then.
    task<> keep_at_it(const nursery& family, bool dead_too);

private:
    task<std::optional<image>> settle(const failed_upload& of);
    task<> recover(const begun_upload& left);
    task<> remove_remains(std::string image_id);
    task<bool> belongs_to_the_dead(const begun_upload& left);
    task<> try_leftovers();

    ring_context& home_;
    const std::string name_;
    catalog& images_;
    const stores& places_;
    const clock& time_;
    log& out_;
    std::uint64_t uploads_ = 0;
    std::vector<failed_upload> leftovers_;
};

}  // namespace glimt
