// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <string>

namespace glimt {

using wall_time = std::chrono::sys_time<std::chrono::nanoseconds>;
using steady_time = std::chrono::steady_clock::time_point;

// What time it is, for everything that decides or prints by it, so that tests can say what time it
// is. Any thread may ask; whoever owns it outlives those who hold a reference.
class clock {
public:
    virtual ~clock() = default;

    virtual wall_time wall() const noexcept = 0;      // may jump when somebody sets the clock
    virtual steady_time steady() const noexcept = 0;  // only grows: for deadlines and durations
};

// The machine's clock.
class real_clock final : public clock {
public:
    wall_time wall() const noexcept override { return std::chrono::system_clock::now(); }
    steady_time steady() const noexcept override { return std::chrono::steady_clock::now(); }
};

// A clock that stands still until it is told otherwise. Its steady time begins at zero.
class manual_clock final : public clock {
public:
    explicit manual_clock(wall_time start) : wall_(start.time_since_epoch()) {}

    wall_time wall() const noexcept override { return wall_time(wall_.load()); }
    steady_time steady() const noexcept override { return steady_time(steady_.load()); }

    // Lets time pass on both. `passed` is not negative.
    void advance(std::chrono::nanoseconds passed);

    // Sets the wall clock, as an operator or NTP does; the steady time does not notice.
    void set_wall(wall_time now) { wall_ = now.time_since_epoch(); }

private:
    std::atomic<std::chrono::nanoseconds> wall_;
    std::atomic<std::chrono::nanoseconds> steady_{std::chrono::nanoseconds{0}};
};

// "2026-11-22T10:50:07Z": how Glance prints times (contract 1.5). UTC, whole seconds, rounded down.
std::string iso8601(wall_time when);

}  // namespace glimt
