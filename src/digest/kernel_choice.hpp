// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "digest/sha256_kernel.hpp"
#include "digest/woven_kernels.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace glimt {

// The kernels that a process hashes with.
struct kernel_set {
    std::string_view name;                  // avx512, avx2 or openssl
    std::span<const woven_kernel> kernels;  // narrowest first; none: OpenSSL does it
    sha256_kernel sha256 = nullptr;         // of one stream; none: OpenSSL does it

    // The widest that pays for so many streams; there are kernels.
    const woven_kernel& for_streams(std::size_t count) const;

    // So many streams can share a thread to their gain; one, if none can.
    std::size_t lanes_max() const { return kernels.empty() ? 1 : kernels.back().lanes; }
    // With fewer than these it gains nothing to share a thread; more than lanes_max(): it never
    // does.
    std::size_t lanes_min() const { return kernels.size() < 2 ? 2 : kernels[1].lanes_paying; }
};

// What a process is to hash with: `asked` is a set's name, or nothing for the fastest that this CPU
// has. `error` says in a sentence why that cannot be.
struct kernel_choice {
    kernel_set kernels;
    std::string error;
};
kernel_choice choose_kernels(std::string_view asked);

// The set of that name, unless there is none or this CPU does not have its instructions.
std::optional<kernel_set> find_kernels(std::string_view name);

// The fastest that this CPU has.
kernel_set best_kernels();

}  // namespace glimt
