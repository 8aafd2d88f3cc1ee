// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/buffer_pool.hpp"
#include "core/stream.hpp"
#include "digest/data_digest.hpp"
#include "image/inspection.hpp"

#include <cstdint>

namespace glimt {

// How much may come.
class size_check {
public:
    virtual ~size_check() = default;

    // Called with the number of bytes so far, before the last of them go anywhere. Throws problem
    // when they are too many.
    virtual void check(std::uint64_t bytes) const = 0;
};

struct transfer_parts {
    buffer_pool& buffers;
    source& from;
    const size_check& limits;
    format_inspector& inspector;
    data_digest& digest;
    sink& into;
};

// Moves all of `from` into the sink, hashed on the way; returns how many bytes. Nothing is copied:
// a buffer of the pool is received into, inspected, hashed and written from, while the next ones
// are filled.
//
// Holds at most four buffers, and none while the source has nothing to give: who sends a byte now
// and then costs no memory, and the others do not wait for it. Throws what its parts throw, and
// operation_aborted; then nothing of it is under way any more.
task<std::uint64_t> transfer(const transfer_parts& parts);

}  // namespace glimt
