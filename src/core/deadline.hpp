// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ring_context.hpp"

#include <boost/intrusive/list.hpp>

#include <chrono>

namespace glimt {

class deadlines;  // NOLINT(cppcoreguidelines-virtual-class-destructor): it is final

// One connection's present time limit. Setting it costs an assignment; it is looked at a few times
// a second, so it passes up to `deadlines::resolution` late, never early. Loop only.
class deadline : public boost::intrusive::list_base_hook<> {
public:
    // `on_passed` is called from the loop, once each time a set limit passes; it may set another,
    // but neither makes nor destroys deadlines.
    using handler = void (*)(void* context);

    deadline(deadlines& family, handler on_passed, void* context);
    deadline(const deadline&) = delete;
    deadline& operator=(const deadline&) = delete;
    ~deadline();

    void expire_after(std::chrono::milliseconds patience) noexcept;
    void clear() noexcept { when_ = ring_context::clock::time_point::max(); }

private:
    friend class deadlines;
    deadlines& family_;
    handler on_passed_;
    void* context_;
    ring_context::clock::time_point when_ = ring_context::clock::time_point::max();
};

// All deadlines of a shard, and the one timer they share: it runs while there are any.
class deadlines final : public completion {
public:
    static constexpr std::chrono::milliseconds resolution{250};

    explicit deadlines(ring_context& home) : home_(home) {}
    ~deadlines();

private:
    friend class deadline;

    void arm();
    void complete(int result, std::uint32_t flags) override;
    void discard() noexcept override {}

    ring_context& home_;
    boost::intrusive::list<deadline> all_;
    __kernel_timespec period_{0, std::chrono::nanoseconds(resolution).count()};
    bool armed_ = false;
};

}  // namespace glimt
