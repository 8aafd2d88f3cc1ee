// SPDX-License-Identifier: Apache-2.0
#include "keystone/token_cache.hpp"

#include <openssl/evp.h>

#include <new>
#include <utility>

namespace glimt {

void token_hasher::cleanup::operator()(evp_md_ctx_st* context) const noexcept {
    EVP_MD_CTX_free(context);
}
void token_hasher::cleanup::operator()(evp_md_st* digest) const noexcept { EVP_MD_free(digest); }

token_hasher::token_hasher()
    : digest_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    if (!digest_ || !context_) throw std::bad_alloc();
}

token_key token_hasher::operator()(std::string_view token) {
    token_key key;
    if (EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr) != 1 ||
        EVP_DigestUpdate(context_.get(), token.data(), token.size()) != 1 ||
        EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(key.data()), nullptr) !=
            1)
        throw std::bad_alloc();
    return key;
}

std::optional<token_verdict> token_cache::find(const token_key& key, steady_time now) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    if (found->second->valid.good_until <= now) {
        drop(found->second);
        return std::nullopt;
    }
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return found->second->valid;
}

void token_cache::put(const token_key& key, token_verdict valid) {
    if (const auto old = by_key_.find(key); old != by_key_.end()) drop(old->second);
    const std::size_t bytes = valid.token->bytes();
    by_use_.push_front({key, std::move(valid), bytes});
    by_key_.emplace(key, by_use_.begin());
    bytes_ += bytes;
    while (by_use_.size() > entries_max_ || bytes_ > bytes_max_) drop(std::prev(by_use_.end()));
}

void token_cache::drop(place which) {
    bytes_ -= which->bytes;
    by_key_.erase(which->key);
    by_use_.erase(which);
}

}  // namespace glimt
