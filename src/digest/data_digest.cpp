// SPDX-License-Identifier: Apache-2.0
#include "digest/data_digest.hpp"

#include "digest/sha256_hasher.hpp"
#include "digest/woven_hasher.hpp"

#include <cstdlib>

namespace glimt {
namespace {

// In builds with GLIMT_BENCHMARKS the environment can leave hashes out, to see what the rest of an
// upload costs: GLIMT_BENCHMARK_DIGESTS is "none", or "sha256" for that alone. Never in what ships.
std::string_view hashes_of_benchmark() {
#ifdef GLIMT_BENCHMARKS
    static const char* const asked = std::getenv("GLIMT_BENCHMARK_DIGESTS");
    if (asked) return asked;
#endif
    return {};
}

std::unique_ptr<hasher> make_hasher(const kernel_set& with, std::string_view algorithm) {
    if (hashes_of_benchmark() == "none") return nullptr;
    if (hashes_of_benchmark() == "sha256") return std::make_unique<openssl_hasher>("sha256", false);
    if (!with.kernels.empty()) {
        if (algorithm == "sha512") return std::make_unique<woven_hasher>(with, sha512);
        if (algorithm == "sha384") return std::make_unique<woven_hasher>(with, sha384);
    }
    if (with.sha256 && algorithm == "sha256") return std::make_unique<sha256_hasher>(with.sha256);
    return std::make_unique<openssl_hasher>(algorithm);
}

}  // namespace

data_digest::data_digest(ring_context& home, digest_engine& engine, std::string_view algorithm)
    : home_(home), engine_(engine), hasher_(make_hasher(engine.kernels(), algorithm)) {}

task<> data_digest::update(std::span<const std::byte> bytes) {
    if (!hasher_) co_return;
    co_await async_hash(home_, engine_, *hasher_, bytes, or_throw);
}

data_digests data_digest::finish() { return hasher_ ? hasher_->finish() : data_digests{}; }

}  // namespace glimt
