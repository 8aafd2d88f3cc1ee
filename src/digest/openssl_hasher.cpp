// SPDX-License-Identifier: Apache-2.0
#include "digest/openssl_hasher.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <stdexcept>

namespace glimt {
namespace {

// hashlib's names and OpenSSL's. The shake family is not here: its length is the caller's.
struct algorithm {
    std::string_view name;
    const char* in_openssl;
};
constexpr algorithm algorithms[] = {
    {"sha512", "SHA512"},
    {"sha256", "SHA256"},
    {"sha384", "SHA384"},
    {"sha224", "SHA224"},
    {"sha1", "SHA1"},
    {"md5", "MD5"},
    {"sha3_224", "SHA3-224"},
    {"sha3_256", "SHA3-256"},
    {"sha3_384", "SHA3-384"},
    {"sha3_512", "SHA3-512"},
    {"blake2b", "BLAKE2B-512"},
    {"blake2s", "BLAKE2S-256"},
    {"sha512_256", "SHA512-256"},
    {"sha512_224", "SHA512-224"},
    {"sm3", "SM3"},
};

const algorithm* find(std::string_view name) {
    const auto* found = std::ranges::find(algorithms, name, &algorithm::name);
    return found == std::end(algorithms) ? nullptr : found;
}

std::string value_of(evp_md_ctx_st* of) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    if (EVP_DigestFinal_ex(of, digest.data(), &size) != 1)
        throw std::runtime_error("OpenSSL cannot end a digest");
    return hexadecimal(std::as_bytes(std::span(digest).first(size)));
}

}  // namespace

bool is_digest_algorithm(std::string_view name) { return find(name) != nullptr; }

void openssl_hasher::free_context::operator()(evp_md_ctx_st* context) const noexcept {
    EVP_MD_CTX_free(context);
}

openssl_hasher::context openssl_hasher::start(const char* name) {
    context made(EVP_MD_CTX_new());
    const EVP_MD* kind = EVP_get_digestbyname(name);
    if (!made || !kind || EVP_DigestInit_ex(made.get(), kind, nullptr) != 1)
        throw std::runtime_error(std::string("OpenSSL has no digest ") + name);
    return made;
}

openssl_hasher::openssl_hasher(std::string_view algorithm, bool with_md5) {
    if (with_md5) md5_ = start("MD5");
    const auto* asked = find(algorithm);
    if (!asked) throw std::runtime_error("there is no digest " + std::string(algorithm));
    multihash_ = start(asked->in_openssl);
}

void openssl_hasher::update(std::span<const std::byte> bytes) noexcept {
    // Neither can fail once the digest was begun.
    if (md5_) EVP_DigestUpdate(md5_.get(), bytes.data(), bytes.size());
    EVP_DigestUpdate(multihash_.get(), bytes.data(), bytes.size());
}

data_digests openssl_hasher::finish() {
    return {.checksum = md5_ ? value_of(md5_.get()) : "",
            .os_hash_value = value_of(multihash_.get())};
}

}  // namespace glimt
