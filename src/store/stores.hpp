// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/counters.hpp"
#include "core/log.hpp"
#include "store/drivers.hpp"
#include "store/store.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// What one store did on one shard. Written there, read anywhere.
struct store_counters {
    counter blobs_created;
    counter blobs_opened;
    counter blobs_removed;
    counter bytes_written;
    counter bytes_read;
    counter failures;
    counter busy_microseconds;  // within the store, from each call to its end
};

// One configured store on one shard.
struct configured_store {
    const store_plan& plan;
    const store_driver& driver;
    std::unique_ptr<store> place;  // with checks and counting around it
    std::unique_ptr<store_counters> counts;

    const std::string& id() const noexcept { return plan.options.id; }
};

// Finds out about every store the settings name. Blocks: at the start, before anything listens.
// With an error in any of them there are no stores to be made.
std::vector<store_plan> plan_stores(const settings& options);

// The stores of the settings on one shard, and which of them a location belongs to.
class stores {
public:
    // `plans` and what `env` refers to outlive it.
    stores(const store_environment& env, std::span<const store_plan> plans, log& out);

    // Whether they have names (enabled_backends): locations then say which one they are in.
    bool have_names() const noexcept { return !all_.front().id().empty(); }

    // In the order in which they were configured.
    std::span<const configured_store> all() const noexcept { return all_; }

    // Where data goes when nobody says.
    const configured_store& preferred() const noexcept { return *preferred_; }

    const configured_store* find(std::string_view id) const noexcept;

    // The store that seems to have made the URL (contract 4.6), or nullptr.
    const configured_store* owner_of(std::string_view url) const;

    // The store to ask about a location: the one it names, else its owner, else the first that
    // knows such URLs; nullptr when none does. `id` may be empty.
    const configured_store* holding(std::string_view url, std::string_view id) const;

    // Whether a client may name a place of that kind (contract 1.11): the scheme is known to one of
    // the stores, and is none through which this machine's files or credentials could be reached.
    bool may_be_named(std::string_view url) const;

private:
    std::vector<configured_store> all_;
    const configured_store* preferred_ = nullptr;
};

}  // namespace glimt
