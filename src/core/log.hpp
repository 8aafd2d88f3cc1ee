// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/log_format.hpp"

#include <fmt/core.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace glimt {

// The process's log. Any thread writes and never waits for it: arguments are formatted into one of
// a fixed number of slots without a lock or an allocation; a thread of the log's own does the rest
// (masks secrets, adds the prefix, writes). When all slots are taken the line is dropped and
// counted, and the writer says so in the log once it has caught up.
//
// app owns it; everything that writes holds a reference and is gone before it. One is made after
// the last fork. A line costs its caller one formatting and, when the writer sleeps, one write to
// an eventfd. Slots take 1.3 KiB each and become resident only when a line first reaches them.
class log {
public:
    struct options {
        severity least = severity::info;  // what is below is not written
        bool json = false;                // or oslo's text
        std::string path = {};  // a file to append to (made with mode 0640); or, if empty,
        int descriptor = 2;     // what to write to; stays the caller's
        int copy = -1;          // another that gets every line too, as far as it takes them
        std::string date_format = default_date_format;  // strftime's, of oslo's text
        std::chrono::milliseconds patience{2000};       // of flush() and the destructor, see there
    };

    static constexpr std::size_t slot_count = 1024;
    static constexpr std::size_t message_size_max = 1024;  // bytes; a longer one ends with "…"
    static constexpr std::size_t component_size_max = 32;  // longer names are cut
    static constexpr std::size_t id_size_max = 64;         // each of the context's; longer are cut

    // Throws std::system_error when the path cannot be opened. `time` outlives the log.
    explicit log(options with, const clock& time);

    // Writes what is queued; what a stalled reader does not take within the patience is dropped.
    ~log();

    log(const log&) = delete;
    log& operator=(const log&) = delete;

    bool enabled(severity how) const noexcept { return how >= least_; }

    // Writes a line, `component` being "glimt.server" and the like. Never blocks, never throws.
    template <class... Args>
    void write(severity how, std::string_view component, const log_context& context,
               fmt::format_string<Args...> format, Args&&... args) noexcept {
        if (!enabled(how)) return;
        submit({how, component, context}, format, fmt::make_format_args(args...));
    }

    // The same outside of any request.
    template <class... Args>
    void debug(std::string_view component, fmt::format_string<Args...> format,
               Args&&... args) noexcept {
        write(severity::debug, component, {}, format, std::forward<Args>(args)...);
    }
    template <class... Args>
    void info(std::string_view component, fmt::format_string<Args...> format,
              Args&&... args) noexcept {
        write(severity::info, component, {}, format, std::forward<Args>(args)...);
    }
    template <class... Args>
    void warning(std::string_view component, fmt::format_string<Args...> format,
                 Args&&... args) noexcept {
        write(severity::warning, component, {}, format, std::forward<Args>(args)...);
    }
    template <class... Args>
    void error(std::string_view component, fmt::format_string<Args...> format,
               Args&&... args) noexcept {
        write(severity::error, component, {}, format, std::forward<Args>(args)...);
    }

    // Waits until what was queued before the call is written or given up; false when the patience
    // ended first. Blocks: not for ring threads.
    bool flush();

    // Lets the writer open the path anew before it writes the next line (log rotation). Lines
    // queued before may go to either file, later ones go to the new. When the path cannot be opened
    // the old file stays, with a line that says why. Without a path nothing happens. Never blocks.
    void reopen() noexcept;

    // Lines lost because all slots were taken or the descriptor refused them, and lines written.
    // Once the log is flushed their sum is the number of enabled lines.
    std::uint64_t dropped() const noexcept;
    std::uint64_t written() const noexcept;

private:
    struct line_head {
        severity how;
        std::string_view component;
        const log_context& context;
    };
    class writer;

    void submit(const line_head& head, fmt::string_view format, fmt::format_args args) noexcept;

    const severity least_;
    const clock& time_;
    std::unique_ptr<writer> writer_;
};

}  // namespace glimt
