// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/task.hpp"
#include "digest/digest_engine.hpp"
#include "digest/hasher.hpp"
#include "digest/openssl_hasher.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace glimt {

// Both digests of one stream of bytes, computed by the process's engine. Loop only.
class data_digest {
public:
    // `algorithm` is_digest_algorithm(). Throws std::runtime_error when it is not, or OpenSSL
    // refuses it (FIPS).
    data_digest(ring_context& home, digest_engine& engine, std::string_view algorithm);

    // Takes the next bytes, which stay as they are until it returns; a piece of 1 MiB takes
    // milliseconds, and its turn may have to come. May be called again before that: the pieces go
    // in the order of the calls, and the engine need not wait for the loop between them. Throws
    // operation_aborted when it was cancelled before its turn had come; then the digests are lost.
    task<> update(std::span<const std::byte> bytes);

    // Once, after the last update().
    data_digests finish();

private:
    ring_context& home_;
    digest_engine& engine_;
    std::unique_ptr<hasher> hasher_;  // none: a benchmark does without
};

}  // namespace glimt
