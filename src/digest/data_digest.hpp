// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/task.hpp"
#include "core/worker_threads.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace glimt {

// What Glance says of an image's bytes (contract 1.14), in lower-case hexadecimal.
struct data_digests {
    std::string checksum;       // MD5
    std::string os_hash_value;  // of the algorithm that was asked for
};

// Whether hashing_algorithm may have that value: hashlib's names of fixed-length hashes.
bool is_digest_algorithm(std::string_view name);

// Both digests of one stream of bytes, computed on the process's hashing threads. Loop only; has at
// most one piece under way, so the threads' queue is as long as there are streams.
class data_digest {
public:
    // `algorithm` is_digest_algorithm(). Throws std::runtime_error when OpenSSL refuses it (FIPS).
    data_digest(ring_context& home, worker_threads& hashing, std::string_view algorithm);

    // Takes the next bytes, which stay as they are until it returns. Cannot be cut short; a piece
    // of 1 MiB takes milliseconds.
    task<> update(std::span<const std::byte> bytes);

    // Once, after the last update().
    data_digests finish();

private:
    struct free_context {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    using context = std::unique_ptr<evp_md_ctx_st, free_context>;
    static context start(const char* name);

    ring_context& home_;
    worker_threads& hashing_;
    context md5_, multihash_;
};

}  // namespace glimt
