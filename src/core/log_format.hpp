// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace glimt {

enum class severity : std::uint8_t { debug, info, warning, error, critical };

// For whom a line was written. Empty views are things nobody knows; all empty is no request at all.
struct log_context {
    std::string_view request_id = {};         // ours, "req-<uuid>"
    std::string_view global_request_id = {};  // the caller's, from X-Openstack-Request-Id
    std::string_view user_id = {};
    std::string_view project_id = {};

    bool empty() const noexcept {
        return request_id.empty() && global_request_id.empty() && user_id.empty() &&
               project_id.empty();
    }
};

// One line before it is text. The views need only live as long as the call they are given to.
struct log_entry {
    wall_time when;
    int process;
    severity how;
    std::string_view component;  // "glimt.server"
    log_context context;
    std::string_view message;
};

// Both append one line, its "\n" included, and never another "\n" whatever bytes the entry holds.
// Secrets are the caller's business (mask_secrets).

// As oslo.log's ContextFormatter prints it by default (oslo.log 5.0, logging_context_format_string
// and logging_default_format_string), in local time:
//   2026-11-24 02:30:36.123 8093 INFO glimt.server [None req-<id> <user> <project> - - - -] message
//   2026-11-24 02:30:36.123 8093 INFO glimt.server [-] message
// What stands before the point is strftime's, as `date_format` says (oslo.log's log_date_format).
// Control characters and bytes that are not UTF-8 are shown as "\n", "\t", "\x1b".
inline constexpr const char* default_date_format = "%Y-%m-%d %H:%M:%S";
void append_text_line(std::string& to, const log_entry& entry,
                      const char* date_format = default_date_format);

// The keys of oslo.log's JSONFormatter that mean something here: message, asctime (local time, a
// comma before the milliseconds), name, levelname, levelno, created (seconds since 1970), msecs,
// process, context. Always valid JSON: bytes that are not UTF-8 become U+FFFD.
void append_json_line(std::string& to, const log_entry& entry);

}  // namespace glimt
