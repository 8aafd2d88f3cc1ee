// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/stream.hpp"
#include "core/task.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// Where a blob is, as Glance keeps it in its database (contract 4.2, 5). Without the name of the
// store: that is the business of who knows several.
struct blob_location {
    std::string url;
    boost::json::object metadata;
};

// A new blob on its way in. Destroying it without commit() discards every byte.
class blob_writer : public sink {
public:
    // write() takes the bytes in their order. Both throw problem: too_large when the store is full,
    // unavailable when it cannot be written to.

    // Makes the blob durable and readable: all of it appears at once. Throws problem(conflict) when
    // there is a blob of that id. Nothing is written after it.
    virtual task<blob_location> commit() = 0;
};

// The bytes of a blob that are wanted: from `offset`, `bytes` of them or all that follow.
struct blob_range {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> bytes = {};
};

enum class open_error : std::uint8_t {
    none,
    not_found,    // no such blob
    unavailable,  // the store does not answer
    unreadable,   // the location is none of this store's, or it refuses
};

struct opened_blob {
    open_error error = open_error::none;
    std::unique_ptr<source> data;  // of the range; a file_source where there is a descriptor
    std::uint64_t bytes = 0;       // of the range
    std::string why = {};          // of an error, for the log; empty: nothing beyond its name
};

// A place for the bytes of images. One instance for each shard, on that shard's loop.
//
// A new store is a file with a class and a line in drivers.cpp; every store passes the suite in
// tests/unit/store/store_contract_test.cpp. Callers use stores through `stores` (stores.hpp), which
// checks what goes in, counts, and measures.
class store {
public:
    virtual ~store() = default;

    // Whether create() may be called at all; else why not, in Glance's words (contract 1.14: 410).
    virtual std::string_view refuses_new_blobs() const { return {}; }

    // A writer for the blob of that image. `bytes` is its size where that is known. Throws
    // problem: conflict when there is one already, too_large when there is no room, unavailable.
    virtual task<std::unique_ptr<blob_writer>> create(std::string image_id,
                                                      std::optional<std::uint64_t> bytes) = 0;

    virtual task<opened_blob> open(std::string url, blob_range range) = 0;

    // Nothing when there is no such blob, or it is not ours to ask for. Throws problem: invalid for
    // a URL that is none of this store's or that nobody answers at, unavailable.
    virtual task<std::optional<std::uint64_t>> size(std::string url) = 0;

    // Whether it was there. Throws problem: invalid, unavailable, forbidden, conflict when it is in
    // use.
    virtual task<bool> remove(std::string url) = 0;

    // Whether the URL looks as if this store had made it: for locations that do not say (4.6).
    virtual bool owns(std::string_view url) const = 0;

    // Removes what create() and commit() for that image may have left behind in a process that has
    // died. Only for an image that no live row says has data.
    virtual task<> remove_remains(std::string image_id) = 0;

    // What /v2/info/stores/detail says beside the name (contract 1.25).
    virtual boost::json::object properties() const = 0;
};

}  // namespace glimt
