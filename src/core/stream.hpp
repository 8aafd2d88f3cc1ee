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
};

// Where bytes go.
class sink {
public:
    virtual ~sink() = default;

    // Takes all of `all`; returns when the caller may reuse the memory.
    virtual task<> write(asio::const_buffer all) = 0;
};

}  // namespace glimt
