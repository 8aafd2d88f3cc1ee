// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "digest/hasher.hpp"

#include <memory>
#include <string_view>

struct evp_md_ctx_st;

namespace glimt {

// Whether hashing_algorithm may have that value: hashlib's names of fixed-length hashes.
bool is_digest_algorithm(std::string_view name);

// MD5 and any other algorithm, one after the other, by OpenSSL.
class openssl_hasher final : public hasher {
public:
    // `algorithm` is_digest_algorithm(). Throws std::runtime_error when OpenSSL refuses it (FIPS).
    // Without MD5 there is no checksum; only a benchmark leaves it out.
    explicit openssl_hasher(std::string_view algorithm, bool with_md5 = true);

    void update(std::span<const std::byte> bytes) noexcept override;
    data_digests finish() override;

private:
    struct free_context {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    using context = std::unique_ptr<evp_md_ctx_st, free_context>;
    static context start(const char* name);

    context md5_, multihash_;
};

}  // namespace glimt
