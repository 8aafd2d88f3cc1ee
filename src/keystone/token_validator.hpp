// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/single_flight.hpp"
#include "keystone/token.hpp"
#include "keystone/token_cache.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// Somebody who knows about tokens that a shard does not.
class token_authority {
public:
    virtual ~token_authority() = default;

    // Of an expired token: whether Keystone is to tell of it all the same, as it does for a while.
    virtual task<token_verdict> ask(std::string token, bool expired_too) = 0;
};

// Whether tokens are good, on one shard: from its cache, else from the authority, which is asked
// once however many ask here at once. Keystone itself is asked on one shard of the process; the
// authority of the others is the validator there, so that a token is asked about once in all.
//
// Loop only; closed before it is destroyed, as a single_flight is.
class token_validator {
public:
    static constexpr std::size_t questions_max = 4096;  // at once; beyond: unavailable

    // `cache_time` in seconds: negative is no cache, 0 is as long as the token lasts.
    token_validator(ring_context& home, token_authority& authority, std::int64_t cache_time,
                    const clock& time, log& out);

    // What can be said without asking anybody, if anything; else verify() can say. Most requests
    // end here.
    std::optional<token_verdict> known(std::string_view token, bool expired_too);

    // A valid verdict may be of a token that has expired, if `expired_too`. Throws
    // operation_aborted when cancelled.
    task<token_verdict> verify(std::string token, bool expired_too);

    void close() { questions_.close(); }
    ring_context& home() const noexcept { return home_; }

private:
    struct question {
        token_key key;
        bool expired_too;
        bool operator==(const question&) const = default;
    };
    struct question_hash {
        std::size_t operator()(const question& one) const noexcept {
            return token_key_hash()(one.key) + (one.expired_too ? 1 : 0);
        }
    };

    task<token_verdict> ask(std::string token, question what);
    token_verdict judged(token_verdict verdict, bool expired_too) const;

    ring_context& home_;
    token_authority& authority_;
    const std::int64_t cache_time_;
    const clock& time_;
    token_hasher hash_;
    token_cache cache_;
    single_flight<question, token_verdict, question_hash> questions_;
};

}  // namespace glimt
