// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <utility>

namespace glimt {

// Owns a file descriptor. Closing a socket or an eventfd does not block; a file that was written is
// closed by async_close instead, which release() hands it to.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int owned) noexcept : value_(owned) {}
    descriptor(descriptor&& other) noexcept : value_(other.release()) {}
    descriptor& operator=(descriptor&& other) noexcept {
        reset(other.release());
        return *this;
    }
    ~descriptor() { reset(); }

    int get() const noexcept { return value_; }
    explicit operator bool() const noexcept { return value_ >= 0; }
    int release() noexcept { return std::exchange(value_, -1); }
    void reset(int owned = -1) noexcept {
        if (value_ >= 0) ::close(value_);
        value_ = owned;
    }

private:
    int value_ = -1;
};

}  // namespace glimt
