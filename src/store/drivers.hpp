// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/store_settings.hpp"
#include "core/worker_threads.hpp"
#include "store/store.hpp"

#include <boost/json/array.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

class http_client;
class uri_filter;
struct settings;

// What a store works with on a shard; all of it outlives the store.
struct store_environment {
    ring_context& loop;
    worker_threads& blocking;  // for system calls that may sleep and that the ring does not know
    bool synchronous = true;   // commit() waits for the disk
    bool direct = false;       // files are written past the page cache, where that is possible
    // For stores on other servers, and which of those users may lead us to.
    http_client* web = nullptr;
    const uri_filter* web_filter = nullptr;
};

// What was found out about a store at the start, once for all shards.
struct store_plan {
    struct folder {
        std::string path;  // without a slash at the end
        std::int64_t priority = 0;
    };

    store_settings options;
    std::vector<folder> folders;     // of a file store, in the order in which they are filled
    boost::json::array mountpoints;  // of filesystem_store_metadata_file
    std::string refusal;             // why it takes no new blobs; empty: it does
    std::vector<std::string> errors, warnings;  // sentences for the operator
};

// One row for each driver; a new store is a line here and in config/store_settings.cpp.
struct store_driver {
    std::string_view name;
    std::string_view schemes;  // of its URLs, with spaces between and around
    bool takes_new_blobs;
    store_plan (*plan)(const store_settings& options, const std::string& data_dir);
    std::unique_ptr<store> (*make)(const store_environment& env, const store_plan& plan);
};

std::span<const store_driver> store_drivers();

// The driver of that name, or nullptr: not every one that Glance has is there yet.
const store_driver* find_store_driver(std::string_view name);

}  // namespace glimt
