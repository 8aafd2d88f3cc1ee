// SPDX-License-Identifier: Apache-2.0
#include "keystone/keystone_session.hpp"

#include "core/failure_log.hpp"
#include "core/operations.hpp"
#include "keystone/credentials.hpp"
#include "keystone/service_catalog.hpp"

#include <algorithm>
#include <utility>

namespace glimt {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view component = "glimt.keystone";
constexpr milliseconds answer_patience{20'000};  // for one try, unless the operator says another
constexpr milliseconds first_pause{500};   // before the second try; then twice as long each time
constexpr seconds token_life_min{120};     // as keystoneauth: what is left for a question
constexpr seconds pause_after_refusal{1};  // else Keystone may lock us out
constexpr std::size_t logins_at_once = 1;

bool may_be_asked_again(http_failure why) {
    return why == http_failure::cannot_connect || why == http_failure::name_not_resolved ||
           why == http_failure::timed_out || why == http_failure::broken;
}

}  // namespace

keystone_session::keystone_session(ring_context& home, http_client& web,
                                   const keystone_settings& options, const clock& time, log& out)
    : home_(home),
      web_(web),
      options_(options),
      time_(time),
      out_(out),
      logins_(home, "logging in to Keystone", logins_at_once, failures_to(out, component)) {}

task<keystone_answer> keystone_session::get(std::string path, std::vector<http_field> fields) {
    const auto until = deadline();
    fields.push_back({"Accept", "application/json"});
    fields.push_back({"X-Auth-Token", ""});
    for (bool again = false;; again = true) {
        const auto mine = co_await logged_in(until);
        if (!mine) co_return std::nullopt;
        auto query = query_to(mine->url + path);
        fields.back().value = mine->token;
        query.headers = fields;
        auto answer = co_await send(std::move(query), until);
        if (answer.failed) {
            note_failure(mine->url, answer.why);
            co_return std::nullopt;
        }
        if (answer.status != 401) {
            if (answer.status < 400 || answer.status == 404)
                note_success(mine->url);
            else
                note_failure(mine->url, fmt::format("answers {}", answer.status));
            co_return answer;
        }
        // Our own token is not what it was: it was revoked, or Keystone's keys are new.
        if (current_ == mine) current_ = nullptr;
        if (!again) continue;
        note_failure(mine->url, "does not take the token it has just given us");
        co_return std::nullopt;
    }
}

task<keystone_session::login_pointer> keystone_session::logged_in(instant until) {
    if (lasts(current_)) co_return current_;
    if (ring_context::clock::now() >= until) co_return nullptr;
    const auto made = co_await logins_.ask(0, [this] { return log_in(); });
    co_return made.value_or(nullptr);
}

task<keystone_session::login_pointer> keystone_session::log_in() {
    if (ring_context::clock::now() < paused_until_) co_return nullptr;
    const auto until = deadline();
    const auto root = co_await find_version_three(options_.auth_url, until);
    if (!root) co_return nullptr;
    auto query = query_to(*root + "/auth/tokens");
    query.method = "POST";
    query.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
    query.body = login_document(options_);
    const auto answer = co_await send(std::move(query), until);
    refused_ = false;
    if (answer.failed) co_return note_failure(*root, answer.why), nullptr;
    const auto* token = answer.find("x-subject-token");
    const auto read = answer.status == 201 && token
                          ? read_login(answer.body, options_.interface, options_.region_name)
                          : std::nullopt;
    if (!read) {
        paused_until_ = ring_context::clock::now() + pause_after_refusal;
        refused_ = answer.status >= 400 && answer.status < 500 && answer.status != 408 &&
                   answer.status != 429;
        note_failure(*root, fmt::format("answers {} to our login", answer.status));
        co_return nullptr;
    }
    auto made = std::make_shared<login>(login{*token, read->expires, *root});
    if (read->identity_url.empty()) {
        out_.warning(component, "the catalog has no identity endpoint with interface {}: asking {}",
                     options_.interface, *root);
    } else {
        auto found = co_await find_version_three(read->identity_url, until);
        if (!found) co_return nullptr;
        made->url = std::move(*found);
    }
    note_success(made->url);
    co_return current_ = std::move(made);
}

// Nothing when it cannot be asked, or has none.
task<std::optional<std::string>> keystone_session::find_version_three(std::string url,
                                                                      instant until) {
    if (names_version_three(url)) co_return version_three_of(url);
    auto query = query_to(url);
    query.headers = {{"Accept", "application/json"}};
    const auto answer = co_await send(std::move(query), until);
    if (answer.failed) {
        note_failure(url, answer.why);
        co_return std::nullopt;
    }
    if (!may_have_version_three(answer.body)) {
        note_failure(url, "has no version 3 of the identity API");
        co_return std::nullopt;
    }
    co_return version_three_of(url);
}

// Asks again while nobody answers, as often and as long as there is patience for.
task<http_answer> keystone_session::send(http_query query, instant until) {
    milliseconds pause = first_pause;
    for (std::uint32_t retries = 0;; ++retries) {
        const auto left = std::chrono::ceil<milliseconds>(until - ring_context::clock::now());
        query.patience.total = std::clamp(left, milliseconds(1), query.patience.total);
        auto answer = co_await web_.fetch(query);
        if (!answer.failed || !may_be_asked_again(*answer.failed) ||
            retries == options_.http_request_max_retries ||
            ring_context::clock::now() + pause >= until)
            co_return answer;
        co_await async_sleep(home_, pause, or_throw);
        pause *= 2;
    }
}

http_query keystone_session::query_to(std::string url) const {
    http_query query;
    query.url = std::move(url);
    query.answer_bytes_max = answer_bytes_max;
    query.trust = {.ca_file = options_.cafile,
                   .insecure = options_.insecure,
                   .certificate_file = options_.certfile,
                   .key_file = options_.keyfile};
    query.patience.total = answer_patience;
    if (const auto given = options_.http_connect_timeout; given.count() > 0)
        query.patience.connect = query.patience.total = given;
    return query;
}

keystone_session::instant keystone_session::deadline() const {
    return ring_context::clock::now() +
           std::max<milliseconds>(patience, options_.http_connect_timeout);
}

bool keystone_session::lasts(const login_pointer& one) const {
    return one && one->expires > time_.wall() + token_life_min;
}

void keystone_session::note_failure(std::string_view url, std::string_view why) {
    if (!std::exchange(away_, true))
        out_.write(severity::critical, component, {}, "Keystone at {}: {}", url, why);
}

void keystone_session::note_success(std::string_view url) {
    if (std::exchange(away_, false)) out_.info(component, "Keystone at {} answers again", url);
}

}  // namespace glimt
