// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>

namespace glimt {

// Something the loop tells of an end: an operation, a posted function, a multishot receive. Ring
// entries carry its address as their user data.
class completion {
public:
    completion() = default;
    completion(const completion&) = delete;
    completion& operator=(const completion&) = delete;

    // `result` is >= 0 or -errno, `flags` are io_uring's. May destroy *this.
    virtual void complete(int result, std::uint32_t flags) = 0;

    // The loop is gone before it could complete: give the memory back.
    virtual void discard() noexcept = 0;

protected:
    ~completion() = default;

private:
    friend class completion_queue;
    friend class ring_context;

    completion* next_ = nullptr;
    class ring_context* home_ = nullptr;  // of one that travels between loops
    int result_ = 0;
};

// First in, first out, without memory of its own.
class completion_queue {
public:
    completion_queue() = default;
    completion_queue(const completion_queue&) = delete;
    completion_queue& operator=(const completion_queue&) = delete;

    bool empty() const noexcept { return first_ == nullptr; }

    void push(completion& item) noexcept {
        item.next_ = nullptr;
        *end_ = &item;
        end_ = &item.next_;
    }
    completion& pop() noexcept {
        completion& item = *first_;
        first_ = item.next_;
        if (!first_) end_ = &first_;
        return item;
    }
    // Moves everything in `other` to the end of this one.
    void append(completion_queue& other) noexcept {
        if (other.empty()) return;
        *end_ = std::exchange(other.first_, nullptr);
        end_ = std::exchange(other.end_, &other.first_);
    }

private:
    completion* first_ = nullptr;
    completion** end_ = &first_;
};

}  // namespace glimt
