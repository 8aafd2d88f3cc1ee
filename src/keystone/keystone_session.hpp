// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/keystone_settings.hpp"
#include "core/clock.hpp"
#include "core/log.hpp"
#include "core/single_flight.hpp"
#include "outbound/http_client.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glimt {

// What Keystone said to a question of ours; nothing when it could not be asked.
using keystone_answer = std::optional<http_answer>;

// glimt as a user of Keystone's API: finds it, logs in with the service's credentials, stays logged
// in, and asks (contract 3.1; keystoneauth's session). Keystone being away is no exception but the
// absence of an answer, and a line of the log when it begins and when it ends.
//
// One per process; loop only; closed before it is destroyed, as a single_flight is.
class keystone_session {
public:
    // No question takes longer than this, or than [keystone_authtoken] http_connect_timeout.
    static constexpr std::chrono::seconds patience{30};
    static constexpr std::size_t answer_bytes_max = 1 << 20;

    // `options` have no complaints; everything outlives the session.
    keystone_session(ring_context& home, http_client& web, const keystone_settings& options,
                     const clock& time, log& out);

    // GET of a path below /v3, with our own token beside these fields. Logs in again when that has
    // ended. Throws operation_aborted when cancelled.
    task<keystone_answer> get(std::string path, std::vector<http_field> fields);

    // Whether the last login was refused, which is the operator's business.
    bool was_refused() const noexcept { return refused_; }

    // Of an answer that says what Keystone never says: a line of the log, as when it is away.
    void note_nonsense(std::string_view what) { note_failure(options_.auth_url, what); }

    void close() { logins_.close(); }
    ring_context& home() const noexcept { return home_; }

private:
    using instant = ring_context::clock::time_point;

    // One login: until the token ends or is refused.
    struct login {
        std::string token;
        wall_time expires;
        std::string url;  // of Keystone's version 3, for questions
    };
    using login_pointer = std::shared_ptr<const login>;

    // Null when there is none to be had.
    task<login_pointer> logged_in(instant deadline);
    task<login_pointer> log_in();
    task<std::optional<std::string>> find_version_three(std::string url, instant deadline);
    task<http_answer> send(http_query query, instant deadline);
    http_query query_to(std::string url) const;
    instant deadline() const;
    bool lasts(const login_pointer& one) const;
    void note_failure(std::string_view url, std::string_view why);
    void note_success(std::string_view url);

    ring_context& home_;
    http_client& web_;
    const keystone_settings& options_;
    const clock& time_;
    log& out_;
    login_pointer current_;
    instant paused_until_{};  // no login before, after one that failed
    bool refused_ = false;    // our credentials were
    bool away_ = false;
    single_flight<int, login_pointer> logins_;
};

}  // namespace glimt
