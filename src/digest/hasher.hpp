// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace glimt {

// What Glance says of an image's bytes (contract 1.14), in lower-case hexadecimal.
struct data_digests {
    std::string checksum;       // MD5
    std::string os_hash_value;  // of the algorithm that was asked for
    bool operator==(const data_digests&) const = default;
};

std::string hexadecimal(std::span<const std::byte> bytes);

// Both hashes of one stream of bytes. Used by any thread, but only one at a time.
class hasher {
public:
    virtual ~hasher() = default;

    // Takes the next bytes.
    virtual void update(std::span<const std::byte> bytes) noexcept = 0;

    // Once, after the last bytes.
    virtual data_digests finish() = 0;

    // Itself, when it can be hashed together with others.
    virtual class woven_hasher* woven() noexcept { return nullptr; }

private:
    // The engine's, under its mutex.
    friend class digest_engine;
    std::size_t jobs_ = 0;  // that it has of this stream
    bool begun_ = false;    // whether one of them is under way
};

}  // namespace glimt
