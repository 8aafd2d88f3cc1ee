// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.hpp"
#include "keystone/token.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <list>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

struct evp_md_ctx_st;
struct evp_md_st;

namespace glimt {

// A token as it is kept: its SHA-256, from which nobody gets the token back.
using token_key = std::array<std::byte, 32>;

struct token_key_hash {
    std::size_t operator()(const token_key& key) const noexcept {
        std::size_t hash;
        std::memcpy(&hash, key.data(), sizeof hash);
        return hash;
    }
};

// Makes keys. One per thread.
class token_hasher {
public:
    token_hasher();
    token_key operator()(std::string_view token);

private:
    struct cleanup {
        void operator()(evp_md_ctx_st* context) const noexcept;
        void operator()(evp_md_st* digest) const noexcept;
    };
    std::unique_ptr<evp_md_st, cleanup> digest_;
    std::unique_ptr<evp_md_ctx_st, cleanup> context_;
};

// What is known of tokens, for a while: at most so many of them, and so many bytes (what the
// verified tokens take; an entry here takes about 200 more). The one that was asked for longest ago
// goes first. What is shared with the caches of other shards is there once.
class token_cache {
public:
    static constexpr std::size_t entries_max = 10'000;
    static constexpr std::size_t bytes_max = std::size_t{16} << 20;

    explicit token_cache(std::size_t entries = entries_max, std::size_t bytes = bytes_max)
        : entries_max_(entries), bytes_max_(bytes) {}

    // Nothing when it is not known, or not any more.
    std::optional<token_verdict> find(const token_key& key, steady_time now);

    // Known until `valid.good_until`.
    void put(const token_key& key, token_verdict valid);

    std::size_t size() const noexcept { return by_key_.size(); }
    std::size_t bytes() const noexcept { return bytes_; }

private:
    struct entry {
        token_key key;
        token_verdict valid;
        std::size_t bytes;
    };
    using place = std::list<entry>::iterator;

    void drop(place which);

    const std::size_t entries_max_, bytes_max_;
    std::size_t bytes_ = 0;
    std::list<entry> by_use_;  // the last one asked for first
    std::unordered_map<token_key, place, token_key_hash> by_key_;
};

}  // namespace glimt
