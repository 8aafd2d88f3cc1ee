// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/task.hpp"

#include <boost/asio/buffer.hpp>

#include <cstddef>

namespace glimt {

// Where bytes come from: a request body, a stored image, an import's URL.
class source {
public:
    virtual ~source() = default;

    // Fills some of `into` (not empty) and returns how many bytes; 0 means the end, and only the
    // end. Throws boost::system::system_error when the bytes stop before their declared end.
    virtual task<std::size_t> read_some(asio::mutable_buffer into) = 0;

    // Waits until read_some() need not: for who borrows its memory only then. Says nothing of an
    // error, which the next read throws. Sources that are never kept waiting are always ready.
    virtual task<> wait() { co_return; }

    // Whether more bytes, or the end, seem to be there already: for who would rather use what it
    // has than wait. Cheap, and no promise.
    virtual bool has_more_now() const { return true; }
};

// Where bytes go.
class sink {
public:
    virtual ~sink() = default;

    // Takes all of `all`; returns when the caller may reuse the memory.
    virtual task<> write(asio::const_buffer all) = 0;
};

}  // namespace glimt
