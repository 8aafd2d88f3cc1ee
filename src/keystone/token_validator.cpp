// SPDX-License-Identifier: Apache-2.0
#include "keystone/token_validator.hpp"

#include "core/failure_log.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace glimt {
namespace {

// Fernet and JWS tokens have some hundred letters, and servers before Keystone refuse long headers.
constexpr std::size_t token_length_max = 4096;

// What a header can hold and Keystone makes tokens of: anything else is none, and not asked about.
bool may_be_token(std::string_view text) {
    return !text.empty() && text.size() <= token_length_max &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

token_validator::token_validator(ring_context& home, token_authority& authority,
                                 std::int64_t cache_time, const clock& time, log& out)
    : home_(home),
      authority_(authority),
      cache_time_(cache_time),
      time_(time),
      questions_(home, "asking about a token", questions_max, failures_to(out, "glimt.keystone")) {}

std::optional<token_verdict> token_validator::known(std::string_view token, bool expired_too) {
    if (!may_be_token(token)) return token_verdict{token_standing::invalid};
    auto found = cache_.find(hash_(token), time_.steady());
    if (!found) return std::nullopt;
    return judged(*std::move(found), expired_too);
}

task<token_verdict> token_validator::verify(std::string token, bool expired_too) {
    if (auto said = known(token, expired_too)) co_return *std::move(said);
    const question what{hash_(token), expired_too};
    const auto make = [&] { return ask(std::move(token), what); };
    const auto answer = co_await questions_.ask(what, make);
    co_return judged(answer.value_or(token_verdict{}), expired_too);
}

task<token_verdict> token_validator::ask(std::string token, question what) {
    auto verdict = co_await authority_.ask(std::move(token), what.expired_too);
    if (verdict.standing == token_standing::valid && cache_time_ >= 0) {
        // Without a limit of our own it is known for as long as it lasts, and no longer. One that
        // another shard has known for a while is known here for the rest of that.
        const auto lasts = cache_time_ == 0 ? verdict.token->expires - time_.wall()
                                            : std::chrono::seconds(cache_time_);
        const auto now = time_.steady();
        verdict.good_until = std::min(verdict.good_until, now + lasts);
        if (verdict.good_until > now) cache_.put(what.key, verdict);
    }
    co_return verdict;
}

token_verdict token_validator::judged(token_verdict verdict, bool expired_too) const {
    if (verdict.standing == token_standing::valid && !expired_too &&
        verdict.token->expired(time_.wall()))
        return {token_standing::invalid};
    return verdict;
}

}  // namespace glimt
